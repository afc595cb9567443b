/* empty_store FOLDER - makes the store of m13d there, with nothing in it: the build's, for scratch_store().
 */
#include "m13/store.h"

#include <stdio.h>

int main(int count, char **arguments)
{
    struct failure failure = {.text = "give it one folder"};
    struct store *store = NULL;
    if (count != 2 || store_open(arguments[1], STORE_WRITER, &store, &failure) < 0) {
        fprintf(stderr, "empty_store: %s\n", failure.text);
        return 1;
    }
    store_close(store);
    return 0;
}
