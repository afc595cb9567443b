#include "ca_file.h"

#include "paths.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <string.h>

/* All certificates up to the file's end; -1 when one of them is none. */
static int count_certificates(FILE *file)
{
    int count = 0;
    X509 *certificate;
    ERR_clear_error();
    while ((certificate = PEM_read_X509(file, NULL, NULL, NULL)) != NULL) {
        X509_free(certificate);
        count++;
    }
    bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    ERR_clear_error();
    return at_end ? count : -1;
}

void ca_file_check(
    struct settings_reader *reader, const config_setting_t *setting, const char *path, const char *why)
{
    FILE *file = path_open(path);
    if (file == NULL) {
        settings_problem(reader, setting, "`ca-file`: %s cannot be read: %s; %s", path, strerror(errno), why);
        return;
    }
    int count = count_certificates(file);
    if (count <= 0)
        settings_problem(reader, setting,
            "`ca-file`: %s %s; accepted are certificates in PEM (-----BEGIN CERTIFICATE-----)", path,
            count == 0 ? "holds no certificate" : "holds a certificate that cannot be read");
    fclose(file);
}
