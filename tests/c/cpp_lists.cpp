/* Lists, summaries, waiting and sharing in the C++ header, used as a program would. The sandbox's URLs come in the
 * environment. The sandbox answers the first request for the second page with 429. Exit status 0: everything held. */
#include <cloudbackupjobs.hpp>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#if defined(__cpp_lib_ranges)
#include <ranges>
#endif

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

static_assert(!std::is_copy_constructible_v<cbj::Query> && std::is_nothrow_move_constructible_v<cbj::Query>);
static_assert(!std::is_copy_constructible_v<cbj::JobList> && std::is_nothrow_move_constructible_v<cbj::JobList>);
static_assert(!std::is_copy_constructible_v<cbj::Summary> && std::is_nothrow_move_constructible_v<cbj::Summary>);
static_assert(std::is_trivially_copyable_v<cbj::JobView> && std::is_convertible_v<const cbj::Job &, cbj::JobView>);
static_assert(!std::is_convertible_v<cbj::JobView, cbj::Job>);
static_assert(sizeof(cbj::Query) == sizeof(void *) && sizeof(cbj::Summary) == sizeof(void *));
static_assert(sizeof(cbj::JobView) == sizeof(void *));
static_assert(noexcept(std::declval<const cbj::Client &>().try_list_jobs()));
static_assert(noexcept(std::declval<const cbj::Client &>().try_summarize_jobs()));
static_assert(noexcept(std::declval<const cbj::Client &>().try_wait_job("", std::chrono::milliseconds::max(),
                                                                          std::chrono::milliseconds::max())));
static_assert(noexcept(std::declval<const cbj::Client &>().try_share()));
static_assert(noexcept(std::declval<cbj::JobList &>().try_next()));
using Category = std::iterator_traits<cbj::JobList::iterator>::iterator_category;
static_assert(std::is_same_v<Category, std::input_iterator_tag>);
#if defined(__cpp_lib_ranges)
static_assert(std::ranges::input_range<cbj::JobList> && std::ranges::common_range<cbj::JobList>);
static_assert(!std::ranges::forward_range<cbj::JobList>);
#endif

template <class Function> static cbj::Status status_of(const char *expected, Function function)
{
    try {
        function();
    } catch (const cbj::Exception &failure) {
        if (std::string_view(failure.what()).find(expected) == std::string_view::npos) {
            std::fprintf(stderr, "\"%s\" says nothing of \"%s\"\n", failure.what(), expected);
            failures++;
        }
        return failure.status();
    }
    return cbj::Status::ok;
}

static void names()
{
    CHECK(cbj::name(cbj::JobType::export_) == "export"sv && cbj::name(cbj::ObjectType::teams_chat) == "teams-chat"sv);
    CHECK(!cbj::name(static_cast<cbj::JobType>(77)) && !cbj::name(static_cast<cbj::ObjectType>(-1)));
    CHECK(cbj::job_type("Restore") == cbj::JobType::restore && cbj::job_type("all") == cbj::JobType::all);
    CHECK(cbj::name(cbj::State::partially_finished) == "partially-finished" && !cbj::name(static_cast<cbj::State>(6)));
    CHECK(cbj::state("In Progress") == cbj::State::in_progress && !cbj::state("3"));
    CHECK(cbj::object_type("Power BI"s) == cbj::ObjectType::power_bi);
    CHECK(!cbj::job_type("nothing") && !cbj::object_type(nullptr) && !cbj::object_type("teams\0x"s));
}

static void queries()
{
    const auto invalid = cbj::Status::invalid_argument;
    cbj::Query query;
    CHECK(status_of("job_type", [&] { query.job_type(static_cast<cbj::JobType>(-1)); }) == invalid);
    CHECK(status_of("object_type", [&] { query.object_type(static_cast<cbj::ObjectType>(-1)); }) == invalid);
    CHECK(status_of("state", [&] { query.state(static_cast<cbj::State>(77)); }) == invalid);
    CHECK(status_of("location", [&] { query.location("a b"); }) == invalid);
    CHECK(status_of("NUL", [&] { query.location("EUR\0"s); }) == invalid);
    CHECK(status_of("page_size", [&] { query.page_size(0); }) == invalid);
    CHECK(status_of("page_size", [&] { query.page_size(1001); }) == invalid);
    CHECK(status_of("max_jobs", [&] { query.max_jobs(0); }) == invalid);
    query.job_type(static_cast<cbj::JobType>(77)).object_type(static_cast<cbj::ObjectType>(77));
    query.location("EUR").location(nullptr).state(cbj::State::failed).state(cbj::State::unknown).max_jobs(1);
    const cbj::Query moved = std::move(query);
    CHECK(moved.get() != nullptr && query.get() == nullptr); // NOLINT: what a moved one answers is promised
    CHECK(status_of("since", [&] { query.since(std::nullopt); }) == invalid);
}

/* Goes through every job, with the failure of the second page in between. */
static void goes_on_after_a_failure(const cbj::Client &client)
{
    cbj::JobList list = client.list_jobs(cbj::Query().since(std::nullopt).page_size(100));
    std::size_t count = 0, refusals = 0;
    for (auto job = list.begin(); job != list.end() && refusals < 2; count++) {
        const std::string id(job->id().value_or(""));
        CHECK(!id.empty() && (count >= 100 || !list.is_complete()));
        for (bool is_next = false; !is_next && refusals < 2;) {
            try {
                ++job;
                is_next = true;
            } catch (const cbj::Exception &failure) {
                CHECK(failure.status() == cbj::Status::rate_limited && count == 99);
                CHECK(job->id() == id && (*job).get() == job->get());
                refusals++;
            }
        }
    }
    CHECK(refusals == 1 && list.is_complete() && !list.next());
    CHECK(list.total_count() == static_cast<std::int64_t>(count) && count > 300);
}

/* Every job, moved out of the list. */
static std::vector<cbj::Job> everything(const cbj::Client &client)
{
    cbj::Query query;
    query.since(std::nullopt).until(std::nullopt).page_size(100);
    std::vector<cbj::Job> jobs;
    for (cbj::Job &job : client.list_jobs(query))
        jobs.push_back(std::move(job));
    CHECK(jobs.size() > 300);
    return jobs;
}

static void lists(const cbj::Client &client, const std::vector<cbj::Job> &jobs)
{
    std::set<std::string> ids;
    for (const cbj::Job &job : jobs)
        ids.emplace(job.id().value_or(""));
    CHECK(ids.size() == jobs.size());

    std::vector<std::string> states;
    for (const cbj::Job &job : client.list_jobs(cbj::Query().since(std::nullopt).state(cbj::State::failed)))
        states.emplace_back(job.state_text().value_or(""));
    const auto has_failed = [](const cbj::Job &job) { return job.state() == cbj::State::failed; };
    CHECK(!states.empty() && states.size() == static_cast<std::size_t>(std::count_if(jobs.begin(), jobs.end(), has_failed)));
    CHECK(std::set<std::string>(states.begin(), states.end()) == std::set<std::string>{"Failed"});

    /* A time is compared exactly, and its end does not belong to it. */
    const cbj::Time first = jobs.back().start_time().value(), second = jobs.front().start_time().value();
    cbj::Query between;
    between.since(std::min(first, second)).until(std::chrono::system_clock::time_point(std::max(first, second)));
    cbj::JobList list = client.list_jobs(between);
    const auto is_inside = [&](const cbj::Job &job) {
        return job.start_time() >= std::min(first, second) && job.start_time() < std::max(first, second);
    };
    CHECK(std::count_if(list.begin(), list.end(), is_inside) == std::count_if(jobs.begin(), jobs.end(), is_inside));
    CHECK(list.is_complete() && list.missing_count() == 0);

    cbj::JobList given_up = client.list_jobs(cbj::Query().since(std::nullopt).page_size(2).max_jobs(3));
    cbj::JobList moved = std::move(given_up);
    CHECK(std::distance(moved.begin(), moved.end()) == 3 && !moved.is_complete() && moved.total_count() > 3);
    CHECK(!moved.missing_count());
    CHECK(given_up.try_next().error().status() == cbj::Status::invalid_argument); // NOLINT: as above
    CHECK(!given_up.is_complete() && !given_up.total_count() && given_up.get() == nullptr); // NOLINT

    /* Without a query: a week. */
    cbj::JobList week = client.list_jobs();
    const auto of_a_week = static_cast<std::size_t>(std::distance(week.begin(), week.end()));
    CHECK(of_a_week > 0 && of_a_week < jobs.size() / 2);
    auto backwards = client.try_list_jobs(cbj::Query().since(second + 1ms).until(second));
    CHECK(!backwards && backwards.error().status() == cbj::Status::invalid_argument);
    cbj::Query gone;
    const cbj::Query taken = std::move(gone);
    CHECK(client.try_list_jobs(gone).error().message() == "query: moved from"sv); // NOLINT: as above
    CHECK(status_of("query: moved from", [&] { client.summarize_jobs(gone); }) == cbj::Status::invalid_argument); // NOLINT

    /* A list may outlive its client. */
    std::optional<cbj::JobList> orphan;
    {
        const cbj::Client other = client.share();
        orphan = other.list_jobs(cbj::Query().page_size(1).max_jobs(2));
    }
    CHECK(std::distance(orphan->begin(), orphan->end()) == 2);
#if defined(__cpp_lib_ranges)
    cbj::JobList ranged = client.list_jobs();
    CHECK(std::ranges::count_if(ranged, [](const cbj::Job &job) { return job.id().has_value(); }) ==
          static_cast<std::ptrdiff_t>(of_a_week));
#endif
}

/* The id of the job that is running. */
static std::string summaries(const cbj::Client &client, const std::vector<cbj::Job> &jobs)
{
    const cbj::Summary summary = client.summarize_jobs(cbj::Query().since(std::nullopt).page_size(1000));
    CHECK(summary.count() == static_cast<std::int64_t>(jobs.size()) && summary.is_complete());
    CHECK(summary.total_count() == summary.count() && summary.missing_count() == 0);
    const auto is_later = [](const cbj::Job &one, const cbj::Job &other) { return one.start_time() < other.start_time(); };
    const auto latest = std::max_element(jobs.begin(), jobs.end(), is_later);
    CHECK(summary.latest() && summary.latest()->start_time() == latest->start_time());
    CHECK(summary.latest_ended() && cbj::is_terminal(summary.latest_ended()->state()));
    std::int64_t counted = 0;
    for (std::int32_t state = 0; state <= 5; state++)
        counted += summary.count_in_state(static_cast<cbj::State>(state)).value_or(0);
    CHECK(counted == summary.count() && !summary.count_in_state(static_cast<cbj::State>(77)));
    CHECK(!summary.latest_in_state(static_cast<cbj::State>(77)) && !summary.latest_in_state(cbj::State::unknown));
    const std::optional<cbj::JobView> running = summary.latest_in_state(cbj::State::in_progress);
    CHECK(running && running->state() == cbj::State::in_progress && !running->finish_time() && running->json());

    const cbj::Summary none = client.summarize_jobs(cbj::Query().object_type(cbj::ObjectType::project_online));
    CHECK(!none.latest() && !none.latest_ended() && none.count() == 0 && none.is_complete());
    cbj::Summary taken = client.try_summarize_jobs().value();
    CHECK(taken.count() > 0 && taken.get() != nullptr);
    const cbj::Summary moved = std::move(taken);
    CHECK(!taken.count() && !taken.missing_count() && !taken.latest() && taken.get() == nullptr); // NOLINT: as above
    return std::string(running ? running->id().value_or("") : "");
}

static void waits(const cbj::Client &client, const std::string &running, const std::string &ended)
{
    const auto invalid = cbj::Status::invalid_argument;
    CHECK(client.wait_job(ended, 0ms, 20s).id() == ended);
    CHECK(status_of("the time is up", [&] { client.wait_job(running, 20ms, 100ms); }) == cbj::Status::timeout);
    CHECK(client.try_wait_job(ended, 10ms, 20s, "EUR"s).error().status() == cbj::Status::not_found);
    CHECK(status_of("timeout", [&] { client.wait_job(running, 1ms, 0ms); }) == invalid);
    CHECK(status_of("timeout", [&] { client.wait_job(running, 1ms, 4294967296ms); }) == invalid);
    CHECK(status_of("poll_interval", [&] { client.wait_job(running, -1ms, 1ms); }) == invalid);
    CHECK(status_of("job_id", [&] { client.wait_job("FB\0"s, 1ms, 1ms); }) == invalid);
    CHECK(status_of("location", [&] { client.wait_job(running, 1ms, 1ms, "E\0"s); }) == invalid);
}

static void shares(const cbj::Client &client, const std::string &id)
{
    const cbj::Client other = client.share();
    other.cancel();
    CHECK(other.try_get_job(id).error().status() == cbj::Status::cancelled && client.try_get_job(id).has_value());
    const cbj::Client third = other.try_share().value();
    CHECK(third.try_get_job(id).has_value());
    CHECK(status_of("timeout", [&] { third.set_timeout(0ms); }) == cbj::Status::invalid_argument);
    CHECK(status_of("timeout", [&] { third.set_timeout(4294967296ms); }) == cbj::Status::invalid_argument);
    third.set_timeout(4294967295ms);
    CHECK(third.try_get_job(id).has_value());
    cbj::Client gone = third.share();
    const cbj::Client taken = std::move(gone);
    CHECK(gone.try_share().error().status() == cbj::Status::invalid_argument); // NOLINT: as above
}

int main()
{
    names();
    queries();
    cbj::Config config;
    config.load_env().max_retries(0);
    const cbj::Client client(config);
    goes_on_after_a_failure(client);
    const std::vector<cbj::Job> jobs = everything(client);
    lists(client, jobs);
    const std::string running = summaries(client, jobs);
    const cbj::Query query = std::move(cbj::Query().object_type(cbj::ObjectType::sharepoint_online));
    const cbj::Summary summary = client.summarize_jobs(query);
    CHECK(summary.latest_ended() && summary.latest_ended()->id());
    const std::string ended(summary.latest_ended()->id().value());
    waits(client, running, ended);
    shares(client, ended);
    std::printf("%d\n", failures);
    return failures != 0;
}
