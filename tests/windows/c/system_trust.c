/*
 * A host that trusts what Windows trusts (CBJ_TRUST_SYSTEM), for a server whose authority an administrator has put into the
 * store of the current user.
 *
 * The server at CBJ_BASE_URL has a certificate of the authority whose PEM file is the argument. Without the authority in the
 * store the call fails with CBJ_ERROR_TLS; with it, it succeeds. The store is left as it was.
 */
#include <string.h>

#include "guest.h"

#include <wincrypt.h>

static cbj_status ask_with_system_trust(void)
{
    cbj_config *config = cbj_config_new();
    cbj_client *client = NULL;
    cbj_job *job = NULL;
    cbj_error *error = NULL;
    cbj_status status;

    cbj_config_set_base_url(config, getenv("CBJ_BASE_URL"));
    cbj_config_set_access_token(config, "token");
    cbj_config_set_max_retries(config, 0);
    cbj_config_set_trust(config, CBJ_TRUST_SYSTEM);
    status = cbj_client_new(config, &client, &error);
    if (status == CBJ_OK)
        status = cbj_client_get_job(client, JOB_ID, NULL, &job, &error);
    if (status != CBJ_OK)
        fprintf(stderr, "%s: %s\n", cbj_status_name(status), cbj_error_message(error));
    cbj_error_free(error);
    cbj_job_free(job);
    cbj_client_free(client);
    cbj_config_free(config);
    return status;
}

static DWORD read_der(const char *path, BYTE *der, DWORD size)
{
    char pem[8192];
    FILE *file = fopen(path, "rb");
    size_t length;

    CHECK(file != NULL);
    length = fread(pem, 1, sizeof pem, file);
    fclose(file);
    CHECK(CryptStringToBinaryA(pem, (DWORD)length, CRYPT_STRING_BASE64HEADER, der, &size, NULL, NULL));
    return size;
}

/* Puts the certificate into the store of the current user, or takes it out. By the registry, where that store is: wine keeps
 * in memory only what a program adds to the store by its name, and Windows asks the user. */
static void keep_in_store(const BYTE *der, DWORD size, int keep)
{
    const CERT_CONTEXT *certificate = NULL;
    HCERTSTORE store;
    HKEY key;

    CHECK(RegCreateKeyExA(HKEY_CURRENT_USER, "Software\\Microsoft\\SystemCertificates\\Root", 0, NULL, 0, KEY_ALL_ACCESS,
                          NULL, &key, NULL) == ERROR_SUCCESS);
    store = CertOpenStore(CERT_STORE_PROV_REG, 0, 0, 0, key);
    CHECK(store != NULL);
    CHECK(CertAddEncodedCertificateToStore(store, X509_ASN_ENCODING, der, size, CERT_STORE_ADD_REPLACE_EXISTING,
                                           &certificate));
    if (keep)
        CertFreeCertificateContext(certificate);
    else
        CHECK(CertDeleteCertificateFromStore(certificate));
    CHECK(CertCloseStore(store, 0));
    RegCloseKey(key);
}

int main(int argc, char **argv)
{
    BYTE der[4096];
    cbj_status status;
    DWORD size;

    CHECK(argc == 2);
    size = read_der(argv[1], der, sizeof der);
    /* An earlier run may have been stopped. */
    keep_in_store(der, size, 0);
    CHECK(ask_with_system_trust() == CBJ_ERROR_TLS);
    keep_in_store(der, size, 1);
    status = ask_with_system_trust();
    keep_in_store(der, size, 0);
    CHECK(status == CBJ_OK);
    CHECK(ask_with_system_trust() == CBJ_ERROR_TLS);
    return 0;
}
