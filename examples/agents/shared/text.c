/*
 * text.c - text that grows
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Makes room for `more` bytes and a NUL. */
static int reserve(jc_text *text, size_t more)
{
    size_t capacity = text->capacity != 0 ? text->capacity : 256;
    char *bytes;

    if (text->is_cut || more > SIZE_MAX / 4 || text->length > SIZE_MAX / 4)
        return 0;
    while (capacity < text->length + more + 1)
        capacity *= 2;
    if (capacity == text->capacity)
        return 1;
    bytes = (char *)realloc(text->bytes, capacity);
    if (bytes == NULL) {
        text->is_cut = 1;
        return 0;
    }
    text->bytes = bytes;
    text->capacity = capacity;
    return 1;
}

void jc_text_bytes(jc_text *text, const char *bytes, size_t length)
{
    if (length == 0 || !reserve(text, length))
        return;
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void jc_text_add(jc_text *text, const char *format, ...)
{
    va_list arguments;
    size_t room;
    size_t plain = strcspn(format, "%");
    int length;

    /* Half of all texts need no formatting, which costs ten times as much as copying. */
    if (format[plain] == '\0') {
        jc_text_bytes(text, format, plain);
        return;
    }
    if (strcmp(format, "%s") == 0) {
        const char *string;

        va_start(arguments, format);
        string = va_arg(arguments, const char *);
        va_end(arguments);
        jc_text_bytes(text, string, strlen(string));
        return;
    }
    /* Most texts are short, and fit at once. */
    if (!reserve(text, 1))
        return;
    room = text->capacity - text->length;
    va_start(arguments, format);
    length = vsnprintf(text->bytes + text->length, room, format, arguments);
    va_end(arguments);
    if (length > 0 && (size_t)length >= room) {
        text->bytes[text->length] = '\0';
        if (!reserve(text, (size_t)length))
            return;
        va_start(arguments, format);
        vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    if (length > 0)
        text->length += (size_t)length;
}

void jc_text_number(jc_text *text, double number)
{
    int64_t thousandths;
    char decimals[8];
    size_t length;

    if (number != number) {
        jc_text_add(text, "NaN");
        return;
    }
    /* A larger double has no decimals, and its thousandths do not fit into an int64_t. */
    if (number >= 9e15 || number <= -9e15) {
        jc_text_add(text, "%.0f", number);
        return;
    }
    thousandths = (int64_t)(number < 0 ? number * 1000 - 0.5 : number * 1000 + 0.5);
    if (thousandths < 0) {
        jc_text_add(text, "-");
        thousandths = -thousandths;
    }
    jc_text_add(text, "%" PRId64, thousandths / 1000);
    if (thousandths % 1000 == 0)
        return;
    snprintf(decimals, sizeof decimals, "%03d", (int)(thousandths % 1000));
    for (length = 3; decimals[length - 1] == '0'; length--)
        ;
    jc_text_add(text, ".%.*s", (int)length, decimals);
}

void jc_text_json(jc_text *text, const char *string)
{
    const char *at;

    if (string == NULL) {
        jc_text_add(text, "null");
        return;
    }
    jc_text_bytes(text, "\"", 1);
    for (at = string; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            jc_text_bytes(text, "\\", 1);
        if ((unsigned char)*at < 0x20)
            jc_text_add(text, "\\u%04x", (unsigned)(unsigned char)*at);
        else
            jc_text_bytes(text, at, 1);
    }
    jc_text_bytes(text, "\"", 1);
}

const char *jc_text_get(const jc_text *text)
{
    return text->bytes != NULL ? text->bytes : "";
}

void jc_text_free(jc_text *text)
{
    free(text->bytes);
    text->bytes = NULL;
    text->length = text->capacity = 0;
    text->is_cut = 0;
}

size_t jc_fitting_length(const char *string, size_t max_bytes)
{
    size_t length = strlen(string);

    if (length <= max_bytes)
        return length;
    /* The bytes 10xxxxxx continue a character. */
    for (length = max_bytes; length > 0 && ((unsigned char)string[length] & 0xC0) == 0x80; length--)
        ;
    return length;
}

void *jc_grow(void *array, size_t count, size_t size, jc_text *problem)
{
    void *grown = realloc(array, (count + 1) * size);

    if (grown == NULL)
        jc_text_add(problem, "out of memory");
    return grown;
}
