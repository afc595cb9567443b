/* authorities.c - who is trusted to vouch for a host: those of the system, and for one feed a file of its own
 * (Roszdravnadzor's certificate is signed by a national authority that no system knows). */
#include "inside.h"

#include "m13/limits.h"

#include <errno.h>
#include <stdio.h>

/* Debian's, where libcurl does not say. */
#define SYSTEM_BUNDLE "/etc/ssl/certs/ca-certificates.crt"

static int add_file(const char *path, struct text *pem)
{
    char bytes[16384];
    size_t length;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -errno;
    while ((length = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_append(pem, bytes, length);
    int r = ferror(file) ? -EIO : pem->overflowed ? -EFBIG : 0;
    fclose(file);
    text_append_character(pem, '\n'); /* a last line may have no end */
    return r;
}

int authorities_read(const char *ca_file, struct text *ret_pem)
{
    const curl_version_info_data *about = curl_version_info(CURLVERSION_NOW);
    *ret_pem = TEXT_WITH_CEILING(LIMIT_AUTHORITIES_BYTES);
    int r = add_file(ca_file, ret_pem);
    /* A machine without a bundle trusts nobody: the file is still good. */
    if (r == 0)
        (void)add_file(
            about->age >= CURLVERSION_SEVENTH && about->cainfo != NULL ? about->cainfo : SYSTEM_BUNDLE,
            ret_pem);
    return r;
}
