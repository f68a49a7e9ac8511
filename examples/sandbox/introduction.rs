//! What the sandbox prints when it starts.

use super::service::{
    BACKUP, EXCHANGE_ONLINE, HISTORY_DAYS, JOBS, LIST_PATH, MISSING, Options, POWER_BI, SHAREPOINT_ONLINE, Sandbox,
    TEAMS, UNKNOWN,
};

/// The text. Programs read the line that begins with `export`.
pub fn introduction(sandbox: &Sandbox, options: &Options) -> String {
    let (base, identity) = (sandbox.base_url(), sandbox.identity_url());
    let (client, secret) = (&options.client_id, &options.client_secret);
    let listed = JOBS.iter().map(|job| (job.id, job.shows));
    let unlisted = [
        (UNKNOWN, "no such job: HTTP 200 with \"data\":null, as for any other unknown id"),
        (MISSING, "no such job: HTTP 404, as for any id that starts with MISSING"),
    ];
    let jobs: String = listed.chain(unlisted).map(|(id, shows)| line(id, shows)).collect();
    format!(
        "Base URL:       {base}\n\
         Identity URL:   {identity}\n\
         Client id:      {client}\n\
         Client secret:  {secret}\n\
         Scope:          {scope}\n\
         \n\
         Jobs:\n{jobs}\n\
         {list}\n\
         For the environment:\n\
         export CBJ_BASE_URL={base} CBJ_IDENTITY_URL={identity} CBJ_CLIENT_ID={client} CBJ_CLIENT_SECRET={secret}\n\
         \n\
         This is not the real service, and not affiliated with its vendor. It waits for requests; stop it with Ctrl+C.\n",
        scope = options.scope,
        list = list(sandbox, options),
    )
}

/// What the list shows, and ids out of it to ask for.
fn list(sandbox: &Sandbox, options: &Options) -> String {
    let seconds = options.run_time.as_secs();
    let lines: String = [
        (EXCHANGE_ONLINE, format!("Exchange Online: running; ends {seconds} s after the start of the sandbox")),
        (SHAREPOINT_ONLINE, "SharePoint Online: failed last night".to_owned()),
        (TEAMS, "Teams: finished with exceptions".to_owned()),
        (POWER_BI, "Power BI: the last run, more than three days ago".to_owned()),
    ]
    .iter()
    .filter_map(|(object_type, shows)| {
        let backups = sandbox.runs().iter().filter(|run| (run.job_type, run.object_type) == (BACKUP, *object_type));
        backups.max_by_key(|run| run.start).map(|run| line(&run.id, shows))
    })
    .collect();
    format!(
        "The list at {LIST_PATH} has {} other jobs, of the {HISTORY_DAYS} days until now. Some of them:\n{lines}",
        sandbox.runs().len()
    )
}

fn line(id: &str, shows: &str) -> String {
    format!("  {id:<24}  {shows}\n")
}
