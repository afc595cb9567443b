/* jar.c - cookies of one errand: libcurl's own engine, in memory, shared by the transfers of the jar. */
#include "inside.h"

#include "m13/failure.h"
#include "m13/log.h"
#include "m13/memory.h"

#include <stdlib.h>

struct http_jar {
    CURLSH *share; /* one thread uses it: no locks */
};

struct http_jar *http_jar_new(void)
{
    struct http_jar *jar = memory_get_zeroed(1, sizeof *jar);
    jar->share = curl_share_init();
    if (jar->share == NULL ||
        curl_share_setopt(jar->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE) != CURLSHE_OK)
        log_fatal(EXIT_INTERNAL, "no memory for cookies");
    return jar;
}

void http_jar_free(struct http_jar *jar)
{
    if (jar == NULL)
        return;
    curl_share_cleanup(jar->share);
    free(jar);
}

void jar_attach(struct http_jar *jar, CURL *easy)
{
    curl_easy_setopt(easy, CURLOPT_SHARE, jar->share);
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* no file: only switches the engine on */
}
