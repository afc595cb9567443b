# Sourced by tests/run: the checks of tier `full` and the fuzzing of `soak`.

EXPOSURE_MOST=1.3 # of `systemd-analyze security`; architecture: what an outbound HTTPS service can reach

check_form() {
  find daemon include tests -name '*.[ch]' -print0 | xargs -0 clang-format --dry-run --Werror
}

# One file a run: given several, clang-tidy 14 takes every va_list but the first file's for uninitialized.
check_tidy() {
  find daemon -name '*.c' -print0 | xargs -0 -n 1 -P "$(nproc)" clang-tidy -p build/clang --quiet --warnings-as-errors='*' \
    2> >(grep -vE '^[0-9]+ warnings? generated|warnings treated as errors$' >&2)
}

# --threshold counts in tenths.
check_exposure() {
  systemd-analyze security --offline=true --threshold="${EXPOSURE_MOST//./}" systemd/m13d.service
}

check_manual_pages() {
  local page found=
  for page in $(find daemon conf systemd -name '*.[1-8]'); do
    found=1
    check "manual page $page" mandoc -T lint -W warning "$page"
  done
  [ -n "$found" ] || note skipped "manual pages" "there are none"
}

# Each target starts from its seeds in tests/fuzz/corpus/NAME and leaves them as they are; what it finds beyond them
# stays in build/fuzz-corpus.
run_fuzz_targets() {
  local target name seeds found=
  for target in build/fuzz/tests/fuzz/fuzz_*; do
    [ -x "$target" ] && [ -f "$target" ] || continue
    found=1
    name=${target##*/}
    mkdir -p "build/fuzz-corpus/$name"
    seeds=()
    [ ! -d "tests/fuzz/corpus/$name" ] || seeds+=("tests/fuzz/corpus/$name")
    check "fuzz $name" "$target" -max_total_time="${M13_FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 \
      -artifact_prefix="build/logs/$name-" "build/fuzz-corpus/$name" "${seeds[@]}"
  done
  [ -n "$found" ] || note skipped "fuzz targets" "there are none"
}
