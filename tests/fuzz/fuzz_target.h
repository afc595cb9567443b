/* fuzz_target.h - the one function of a libFuzzer target. Whatever must not be, ends the program. */
#ifndef M13_FUZZ_TARGET_H
#define M13_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
