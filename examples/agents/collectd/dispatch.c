/*
 * dispatch.c - hands values and notifications to collectd
 */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "dispatch.h"

#include <string.h>
#include <syslog.h>

/* Names in collectd must not contain a slash. */
static void copy_name(char *into, size_t size, const char *name)
{
    size_t i;

    for (i = 0; i + 1 < size && name[i] != '\0'; i++)
        into[i] = name[i] == '/' ? '_' : name[i];
    into[i] = '\0';
}

static void dispatch(const watched_item *item, const char *type, const char *type_instance, double number)
{
    value_list_t list;
    value_t value;

    memset(&list, 0, sizeof list);
    value.gauge = number;
    list.values = &value;
    list.values_len = 1;
    copy_name(list.plugin, sizeof list.plugin, PLUGIN);
    copy_name(list.plugin_instance, sizeof list.plugin_instance, item->instance);
    copy_name(list.type, sizeof list.type, type);
    copy_name(list.type_instance, sizeof list.type_instance, type_instance);
    /* If it fails, collectd logs why. */
    (void)plugin_dispatch_values(&list);
}

void cloudbackup_dispatch(const watched_item *item, const jc_result *result)
{
    size_t i;

    dispatch(item, "gauge", "verdict", result->verdict);
    if (!result->was_retrieved)
        return;
    /* A kind has the state of its last run that ended. */
    if (!item->is_kind || item->runs.ended != NULL)
        dispatch(item, "gauge", "state", result->state);
    for (i = 0; i < JC_METRICS; i++) {
        const char *unit = jc_metric_kinds[i].unit;

        if (jc_value_is_known(result->values[i]))
            dispatch(item, unit[0] == 's' ? "duration" : unit[0] == '%' ? "percent" : "count", jc_metric_kinds[i].name,
                     result->values[i].number);
    }
}

/* Copies a text and the end of a sentence that must not be cut off. */
static void copy_message(char *into, size_t size, const char *text, const char *end)
{
    size_t end_length = jc_fitting_length(end, size - 1);
    size_t length = jc_fitting_length(text, size - 1 - end_length);

    memcpy(into, text, length);
    memcpy(into + length, end, end_length);
    into[length + end_length] = '\0';
}

void cloudbackup_notify(const watched_item *item, const jc_result *result, const char *job_id)
{
    /* By verdict. There is no severity for UNKNOWN. */
    static const int severities[] = {NOTIF_OKAY, NOTIF_WARNING, NOTIF_FAILURE, NOTIF_WARNING};
    notification_t notification;
    jc_text text = JC_TEXT_EMPTY;
    jc_text end = JC_TEXT_EMPTY;

    memset(&notification, 0, sizeof notification);
    notification.severity = severities[result->verdict];
    notification.time = cdtime();
    jc_text_add(&text, "BACKUP %s - %s: %s", jc_verdict_name(result->verdict), item->name,
                jc_text_get(&result->summary));
    if (job_id != NULL) {
        jc_text_add(&end, "; ");
        jc_text_line(&end, job_id);
    }
    copy_message(notification.message, sizeof notification.message, jc_text_get(&text), jc_text_get(&end));
    copy_name(notification.host, sizeof notification.host, hostname_g);
    copy_name(notification.plugin, sizeof notification.plugin, PLUGIN);
    copy_name(notification.plugin_instance, sizeof notification.plugin_instance, item->instance);
    copy_name(notification.type, sizeof notification.type, "gauge");
    copy_name(notification.type_instance, sizeof notification.type_instance, "verdict");
    (void)plugin_dispatch_notification(&notification);
    /* The log has room for the numbers of a kind, too. */
    if (result->line.length > 0)
        jc_text_add(&text, "; %s", jc_text_get(&result->line));
    plugin_log(result->verdict == JC_OK ? LOG_NOTICE : LOG_WARNING, PLUGIN ": %s", jc_text_get(&text));
    jc_text_free(&text);
    jc_text_free(&end);
}
