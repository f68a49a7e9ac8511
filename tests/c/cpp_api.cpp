/* The C++ header, used as a program would: values and absences, failures as exceptions and as results, moves. The
 * sandbox's URLs come in the environment. Exit status 0: everything held. */
#include <cloudbackupjobs.hpp>

#include <cstdio>
#include <string>
#include <type_traits>
#include <vector>

namespace cbj = cloudbackupjobs;
using namespace std::literals;

static int failures;

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            std::fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
            failures++; \
        } \
    } while (0)

static_assert(!std::is_copy_constructible_v<cbj::Client> && std::is_nothrow_move_constructible_v<cbj::Client>);
static_assert(!std::is_copy_constructible_v<cbj::Job> && std::is_nothrow_move_constructible_v<cbj::Job>);
static_assert(!std::is_copy_constructible_v<cbj::Config> && std::is_nothrow_move_assignable_v<cbj::Config>);
static_assert(!std::is_copy_constructible_v<cbj::Error> && std::is_nothrow_move_assignable_v<cbj::Error>);
static_assert(std::is_nothrow_copy_constructible_v<cbj::Exception> && std::is_nothrow_copy_assignable_v<cbj::Exception>);
/* An object contains only the handle. */
static_assert(sizeof(cbj::Client) == sizeof(void *) && sizeof(cbj::Job) == sizeof(void *));
static_assert(noexcept(std::declval<const cbj::Client &>().try_get_job("")));
static_assert(noexcept(std::declval<const cbj::Job &>().start_time()));

template <class Function> static cbj::Status status_of(const char *expected, Function function)
{
    try {
        function();
    } catch (const std::exception &failure) {
        if (std::string_view(failure.what()).find(expected) == std::string_view::npos) {
            std::fprintf(stderr, "\"%s\" says nothing of \"%s\"\n", failure.what(), expected);
            failures++;
        }
        return dynamic_cast<const cbj::Exception &>(failure).status();
    }
    return cbj::Status::ok;
}

static void values()
{
    const cbj::Job job = cbj::Job::parse(R"({"statusCode":200,"requestId":"r","traceId":"t","timestamp":"1970-01-01T00:00:02Z",
        "data":{"id":"FB1","state":"Partially Finished","startTime":"1970-01-01T00:00:01.5Z","finishTime":"1970-01-01T01:00:01.5Z",
        "duration":"1.5","backupDetails":{"totalNumber":10,"failedNumber":0,"successfulNumber":9,"skippedNumber":1},
        "jobErrors":[{"value":"first","url":"u","number":7,"isErrorCode":true},{"isErrorCode":false},{}]}})"sv);
    CHECK(job.id() == "FB1"sv);
    CHECK(job.state() == cbj::State::partially_finished && cbj::is_terminal(job.state()));
    CHECK(job.state_text() == "Partially Finished"sv);
    CHECK(job.start_time() == cbj::Time(1500ms) && job.finish_time() == cbj::Time(1500ms + 1h));
    CHECK(job.start_time_text() == "1970-01-01T00:00:01.5Z"sv && job.finish_time_text() == "1970-01-01T01:00:01.5Z"sv);
    CHECK(job.elapsed() == 1h && job.duration() == 90min && job.duration_text() == "1.5"sv);
    CHECK(job.total_count() == 10 && job.failed_count() == 0);
    CHECK(job.successful_count() == 9 && job.skipped_count() == 1);
    CHECK(job.error_count() == 3 && job.has_error_list() == true);
    CHECK(job.error(0).message == "first"sv && job.error(0).url == "u"sv && job.error(0).occurrences == 7);
    CHECK(job.error(0).has_code == true && job.error(1).has_code == false && job.error(2).has_code == std::nullopt);
    CHECK(!job.error(3).message && !job.error(3).url && !job.error(3).occurrences && !job.error(3).has_code);
    CHECK(job.request_id() == "r"sv && job.trace_id() == "t"sv && job.response_time() == cbj::Time(2s));
    CHECK(job.json() && job.json()->front() == '{');
}

static void absences()
{
    cbj::Job job = cbj::Job::parse(R"({"statusCode":200,"data":{"id":"FB1"}})");
    CHECK(job.state() == cbj::State::unknown && !cbj::is_terminal(job.state()) && !job.state_text());
    CHECK(!job.start_time() && !job.finish_time() && !job.start_time_text() && !job.finish_time_text());
    CHECK(!job.elapsed() && !job.duration() && !job.duration_text());
    CHECK(!job.total_count() && !job.failed_count() && !job.successful_count() && !job.skipped_count());
    CHECK(job.has_error_list() == false);
    CHECK(job.error_count() == 0 && !job.request_id() && !job.trace_id() && !job.response_time());

    const cbj::Job moved = std::move(job);
    CHECK(moved.id() == "FB1"sv && moved.get() != nullptr);
    CHECK(!job.id() && !job.json() && job.get() == nullptr); // NOLINT: what a moved one answers is promised
    CHECK(!job.has_error_list()); // NOLINT: as above
}

static void failures_are_told()
{
    CHECK(status_of("JSON", [] { cbj::Job::parse("nonsense"); }) == cbj::Status::protocol);
    CHECK(status_of("", [] { cbj::Job::parse({}); }) == cbj::Status::protocol);
    auto parsed = cbj::Job::try_parse("");
    CHECK(!parsed && !parsed.has_value() && parsed.error().status() == cbj::Status::protocol);
    CHECK(!parsed.error().http_status() && !parsed.error().retry_after() && !parsed.error().is_retryable());

    const auto refusal = cbj::Job::try_parse(
        R"({"statusCode":400,"requestId":"r","traceId":"t","errors":[{"code":"c","field":"f","message":"m"},{}]})");
    CHECK(!refusal && refusal.error().status() == cbj::Status::rejected && refusal.error().http_status() == 400);
    CHECK(refusal.error().request_id() == "r"sv && refusal.error().trace_id() == "t"sv);
    CHECK(refusal.error().detail_count() == 2 && refusal.error().detail(0).code == "c"sv);
    CHECK(refusal.error().detail(0).field == "f"sv && refusal.error().detail(0).message == "m"sv);
    CHECK(!refusal.error().detail(1).code && !refusal.error().detail(2).message);

    cbj::Config config;
    const std::string cut("us\0gov", 6);
    const auto invalid = cbj::Status::invalid_argument;
    CHECK(status_of("data_center", [&] { config.data_center(cut); }) == invalid);
    CHECK(status_of("base_url", [&] { config.base_url("\xff"); }) == invalid);
    CHECK(status_of("identity_url", [&] { config.identity_url(nullptr); }) == invalid);
    CHECK(status_of("client_secret", [&] { config.client_secret("id", cut); }) == invalid);
    CHECK(status_of("client_certificate_password", [&] { config.client_certificate("id", "p", cut); }) == invalid);
    CHECK(status_of("proxy", [&] { config.proxy(cut); }) == invalid);
    CHECK(status_of("timeout", [&] { config.timeout(0ms); }) == invalid);
    CHECK(status_of("timeout", [&] { config.timeout(4294967296ms); }) == invalid);
    CHECK(status_of("connect_timeout", [&] { config.connect_timeout(-1ms); }) == invalid);
    CHECK(status_of("trust", [&] { config.trust(static_cast<cbj::Trust>(7)); }) == invalid);
    CHECK(status_of("log", [&] { config.log([](void *, cbj_log_level, const char *) {}, nullptr, static_cast<cbj::LogLevel>(9)); }) == invalid);
    CHECK(status_of("path", [&] { config.load_file(cut); }) == invalid);
    CHECK(status_of("/nonexistent", [&] { config.load_file("/nonexistent"); }) == cbj::Status::config);
    CHECK(status_of("did you mean \"timeout_ms\"?", [&] { config.set_option("timeout", "5"); }) == invalid);
    CHECK(status_of("max_retries is \"-1\"", [&] { config.set_option("max_retries", "-1"); }) == invalid);
    CHECK(status_of("the value of an option", [&] { config.set_option("scope", cut); }) == invalid);
    CHECK(status_of("the name or", [&] { config.set_option(nullptr, "x"); }) == invalid);
    CHECK(status_of("/nonexistent", [&] { config.set_option("client_secret_file", "/nonexistent"); }) == cbj::Status::config);
    CHECK(status_of("data_center is missing", [&] { cbj::Client client(config); }) == cbj::Status::config);
    CHECK(!cbj::Client::try_make(config));
    CHECK(cbj::name(cbj::Status::timeout) == "CBJ_ERROR_TIMEOUT"sv);
}

/* A program may keep a failure, and look at the one that it was moved from. */
static void exceptions_stay_whole()
{
    bool has_failed = false;
    try {
        cbj::Job::parse("nonsense");
    } catch (cbj::Exception &failure) {
        has_failed = true;
        const std::string said = failure.what();
        cbj::Exception kept = std::move(failure);
        CHECK(kept.what() == said && failure.what() == said); // NOLINT: what a moved one answers is promised
        CHECK(failure.status() == cbj::Status::protocol && failure.error().status() == cbj::Status::protocol); // NOLINT
        cbj::Exception other(cbj::Error(cbj::Status::config, "other"));
        other = std::move(kept);
        CHECK(other.what() == said && kept.what() == said); // NOLINT: as above
    }
    CHECK(has_failed);
}

static void calls(const char *id, const char *unknown_id)
{
    std::vector<std::string> lines;
    cbj::Config config;
    config.load_env().timeout(20s).connect_timeout(5s).max_retries(0).max_response_bytes(1 << 20).set_option("trust", "bundled").user_agent("cpp/1").allow_http(false)
        .trust(cbj::Trust::bundled).proxy("").scope("microsoft365backup.jobInfo.read.all")
        .log([](void *to, cbj_log_level, const char *line) { static_cast<std::vector<std::string> *>(to)->push_back(line); },
             &lines, cbj::LogLevel::info);
    cbj::Client first(config);
    const cbj::Client client = std::move(first);
    const cbj::Job job = client.get_job(std::string(id));
    CHECK(job.id() == std::string_view(id) && job.failed_count() == 4 && lines.size() == 1);

    const auto missing = client.try_get_job(unknown_id);
    CHECK(!missing && missing.error().status() == cbj::Status::not_found);
    std::string said;
    try {
        client.get_job(unknown_id);
    } catch (const std::exception &failure) {
        said = failure.what();
    }
    CHECK(said == missing.error().message() && !said.empty());
    CHECK(status_of("job_id", [&] { client.get_job(std::string("FB\0", 3)); }) == cbj::Status::invalid_argument);
    CHECK(status_of("location", [&] { client.get_job(id, std::string("E\0", 2)); }) == cbj::Status::invalid_argument);
    CHECK(status_of("gets its tokens itself", [&] { client.set_access_token("t"); }) == cbj::Status::config);
    client.cancel();
    CHECK(client.try_get_job(id).error().status() == cbj::Status::cancelled);
    client.resume();
    CHECK(client.try_get_job(id).has_value() && (*client.try_get_job(id)).id() == std::string_view(id));
}

int main(int argc, char **argv)
{
    CHECK(argc == 3);
    values();
    absences();
    failures_are_told();
    exceptions_stay_whole();
    if (argc == 3)
        calls(argv[1], argv[2]);
    const std::string header = std::to_string(CBJ_VERSION_MAJOR) + "." + std::to_string(CBJ_VERSION_MINOR) + "." +
                               std::to_string(CBJ_VERSION_PATCH);
    CHECK(cbj::version() == header);
    CHECK(cbj::has_feature("certificate") == (cbj_has_feature("certificate") == 1) && !cbj::has_feature("none"));
    std::printf("%d\n", failures);
    return failures != 0;
}
