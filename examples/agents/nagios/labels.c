/*
 * labels.c - labels that the operator adds to every series
 */
#include "labels.h"

#include <stdlib.h>
#include <string.h>

/* The labels that the series have already. */
static const char *const taken[] = {"object_type", "job_type", "location", "job_id", "state"};

/* Prometheus takes these names. It keeps those that begin with "__" for itself. */
static int is_name(const char *name, size_t length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char all[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

    return length > 0 && strspn(name, letters) > 0 && strspn(name, all) >= length && strncmp(name, "__", 2) != 0;
}

/* Prometheus refuses a whole file for one byte that is not UTF-8. */
static int is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at != '\0') {
        int more = *at < 0x80 ? 0 : *at >= 0xC2 && *at < 0xE0 ? 1 : (*at & 0xF0) == 0xE0 ? 2 : *at >= 0xF0 && *at < 0xF5 ? 3 : -1;
        unsigned char first = *at++;

        if (more < 0 || (first == 0xE0 && *at < 0xA0) || (first == 0xED && *at > 0x9F) || (first == 0xF0 && *at < 0x90) ||
            (first == 0xF4 && *at > 0x8F))
            return 0;
        for (; more > 0; more--) {
            if ((*at++ & 0xC0) != 0x80)
                return 0;
        }
    }
    return 1;
}

static int is_same(const char *name, size_t length, const char *other, size_t other_length)
{
    return length == other_length && strncmp(name, other, length) == 0;
}

int labels_add(label_list *labels, const char *text, jc_text *problem)
{
    size_t length = strcspn(text, "=");
    label *grown;
    size_t i;

    if (!is_name(text, length)) {
        jc_text_add(problem, "'%.*s' is not the name of a label: use letters, digits and '_', with no digit first",
                    (int)length, text);
        return 0;
    }
    /* An empty label is no label for Prometheus, and an error for Influx. */
    if (text[length] != '=' || text[length + 1] == '\0' || !is_utf8(text + length + 1)) {
        jc_text_add(problem, "the label '%.*s' has no value, or none that is UTF-8: use NAME=VALUE", (int)length, text);
        return 0;
    }
    for (i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (is_same(text, length, taken[i], strlen(taken[i]))) {
            jc_text_add(problem, "the series have a label '%s' already", taken[i]);
            return 0;
        }
    }
    for (i = 0; i < labels->count; i++) {
        if (is_same(text, length, labels->all[i].text, labels->all[i].name_length)) {
            jc_text_add(problem, "the label '%.*s' is given twice", (int)length, text);
            return 0;
        }
    }
    grown = (label *)realloc(labels->all, (labels->count + 1) * sizeof *grown);
    if (grown == NULL) {
        jc_text_add(problem, "out of memory");
        return 0;
    }
    labels->all = grown;
    grown[labels->count].name_length = length;
    grown[labels->count].text = text;
    labels->count++;
    return 1;
}

void labels_free(label_list *labels)
{
    free(labels->all);
    labels->all = NULL;
    labels->count = 0;
}

const char *labels_value(const label *one)
{
    return one->text + one->name_length + 1;
}
