/* replay_main.c - every seed of a corpus once through its target, without libFuzzer. */
#include "fuzz_target.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define SEED_BYTES ((size_t)1 << 20)

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(SEED_BYTES);
    if (file == NULL || bytes == NULL) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    size_t length = fread(bytes, 1, SEED_BYTES, file);
    fclose(file);
    /* An exact block, so that a sanitizer sees a step beyond its end. */
    uint8_t *exact = realloc(bytes, length > 0 ? length : 1);
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
    return 1;
}

int main(int argc, char **argv)
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    int seeds = 0;
    if (folder == NULL) {
        fprintf(stderr, "usage: corpus_test FOLDER\n");
        return 1;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        if (entry->d_name[0] != '.')
            seeds += replay(path);
    }
    closedir(folder);
    printf("%d seeds\n", seeds);
    return seeds > 0 ? 0 : 1;
}
