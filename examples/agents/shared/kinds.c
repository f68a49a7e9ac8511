/*
 * kinds.c - kinds of jobs, and their names
 */
#include <ctype.h>
#include <string.h>

#include "internal.h"

/* The parts of a name. A part that the name does not have is NULL. */
typedef struct {
    const char *at[3]; /* object type, job type, location */
    size_t length[3];
} name_parts;

static void split(const char *name, name_parts *parts)
{
    size_t part;

    memset(parts, 0, sizeof *parts);
    for (part = 0; part < 3; part++) {
        parts->at[part] = name;
        parts->length[part] = part < 2 ? strcspn(name, "/") : strlen(name);
        name += parts->length[part];
        if (*name == '\0')
            return;
        name++;
    }
}

/* Copies a part, so that it ends with a NUL. Returns 0 if it is longer than any name. */
static int copy_part(const char *at, size_t length, char *into, size_t size)
{
    if (length >= size)
        return 0;
    memcpy(into, at, length);
    into[length] = '\0';
    return 1;
}

/* Reads the name of a type of objects or of jobs, which the library knows. Returns -1, and the names that are valid. */
static int32_t parse_type(const char *at, size_t length, const char *what, int32_t (*from_name)(const char *),
                          const char *(*name_of)(int32_t), jc_text *problem)
{
    char name[JC_LOCATION_BYTES];
    int32_t type = copy_part(at, length, name, sizeof name) ? from_name(name) : -1;

    if (type >= 0)
        return type;
    jc_text_add(problem, "'%.*s' is not one of the %s", (int)length, at, what);
    for (type = 1; name_of(type) != NULL; type++)
        jc_text_add(problem, "%s %s", type > 1 ? "," : "", name_of(type));
    jc_text_add(problem, ", %s", name_of(0)); /* all */
    return -1;
}

static int parse_object_type(const char *at, size_t length, jc_kind *kind, jc_text *problem)
{
    kind->object_type = parse_type(at, length, "kinds", cbj_object_type_from_name, cbj_object_type_name, problem);
    return kind->object_type >= 0;
}

static int parse_job_type(const char *at, size_t length, jc_kind *kind, jc_text *problem)
{
    kind->job_type = parse_type(at, length, "job types", cbj_job_type_from_name, cbj_job_type_name, problem);
    return kind->job_type >= 0;
}

/* The library knows what a location may consist of. */
static int is_location(const char *location)
{
    cbj_query *query = cbj_query_new();
    int is_right = cbj_query_set_location(query, location) == CBJ_OK;

    cbj_query_free(query);
    return is_right;
}

static int parse_location(const char *at, size_t length, jc_kind *kind, jc_text *problem)
{
    if (length == 0)
        return 1;
    if (copy_part(at, length, kind->location, sizeof kind->location) && is_location(kind->location))
        return 1;
    jc_text_add(problem, "'%.*s' is not a location such as EUR: letters, digits, '-', '_' and '.'", (int)length, at);
    return 0;
}

static int is_given(const name_parts *parts, size_t part)
{
    return parts->at[part] != NULL && parts->length[part] > 0;
}

int jc_kind_parse(const char *name, const char *job_type, const char *location, jc_kind *kind, jc_text *problem)
{
    name_parts parts;

    memset(kind, 0, sizeof *kind);
    kind->job_type = CBJ_JOB_TYPE_BACKUP;
    split(name, &parts);
    if (!parse_object_type(parts.at[0], parts.length[0], kind, problem))
        return 0;
    if (is_given(&parts, 1)) {
        if (!parse_job_type(parts.at[1], parts.length[1], kind, problem))
            return 0;
    } else if (job_type != NULL && *job_type != '\0' && !parse_job_type(job_type, strlen(job_type), kind, problem)) {
        return 0;
    }
    if (is_given(&parts, 2))
        return parse_location(parts.at[2], parts.length[2], kind, problem);
    return location == NULL || parse_location(location, strlen(location), kind, problem);
}

void jc_text_kind(jc_text *text, const jc_kind *kind)
{
    jc_text_add(text, "%s", cbj_object_type_name(kind->object_type));
    if (kind->job_type != CBJ_JOB_TYPE_BACKUP || kind->location[0] != '\0')
        jc_text_add(text, "/%s", cbj_job_type_name(kind->job_type));
    if (kind->location[0] != '\0')
        jc_text_add(text, "/%s", kind->location);
}

void jc_text_kind_json(jc_text *text, const jc_kind *kind)
{
    jc_text name = JC_TEXT_EMPTY;

    jc_text_kind(&name, kind);
    jc_text_add(text, "{\"kind\":");
    jc_text_json(text, jc_text_get(&name));
    jc_text_add(text, ",\"object_type\":");
    jc_text_json(text, cbj_object_type_name(kind->object_type));
    jc_text_add(text, ",\"job_type\":");
    jc_text_json(text, cbj_job_type_name(kind->job_type));
    jc_text_add(text, ",\"location\":");
    jc_text_json(text, kind->location);
    jc_text_add(text, "}");
    jc_text_free(&name);
}

static void add_identifier(jc_text *text, const char *name)
{
    for (; *name != '\0'; name++) {
        char one = isalnum((unsigned char)*name) ? (char)tolower((unsigned char)*name) : '_';

        jc_text_bytes(text, &one, 1);
    }
}

void jc_text_kind_identifier(jc_text *text, const jc_kind *kind)
{
    add_identifier(text, cbj_object_type_name(kind->object_type));
    if (kind->job_type != CBJ_JOB_TYPE_BACKUP) {
        jc_text_add(text, "_");
        add_identifier(text, cbj_job_type_name(kind->job_type));
    }
    if (kind->location[0] != '\0') {
        jc_text_add(text, "_");
        add_identifier(text, kind->location);
    }
}

int jc_kind_is_same(const jc_kind *one, const jc_kind *other)
{
    return one->object_type == other->object_type && one->job_type == other->job_type &&
           strcmp(one->location, other->location) == 0;
}

int jc_kinds_parse(const char *name, jc_kinds *kinds, jc_text *problem)
{
    name_parts parts;

    memset(kinds, 0, sizeof *kinds);
    split(name, &parts);
    if (!jc_kind_parse(name, NULL, NULL, &kinds->kind, problem))
        return 0;
    kinds->has_object_type = 1;
    kinds->has_job_type = is_given(&parts, 1);
    kinds->has_location = is_given(&parts, 2);
    return 1;
}

int jc_kinds_have(const jc_kinds *kinds, const jc_kind *kind)
{
    return (!kinds->has_object_type || kinds->kind.object_type == kind->object_type) &&
           (!kinds->has_job_type || kinds->kind.job_type == kind->job_type) &&
           (!kinds->has_location || strcmp(kinds->kind.location, kind->location) == 0);
}

int jc_parse_kinds(const char *at, const char *end, jc_kinds *kinds, jc_text *problem)
{
    jc_text name = JC_TEXT_EMPTY;
    int is_right;

    jc_text_bytes(&name, at, (size_t)(end - at));
    is_right = jc_kinds_parse(jc_text_get(&name), kinds, problem);
    jc_text_free(&name);
    return is_right;
}
