<?php
require __DIR__ . '/cloudbackupjobs.php';

use CloudBackupJobs\{Client, JobType, State};

$client = new Client();
$client->listJobs(since: null, jobType: 'backup', objectType: 'Exchange Online', state: 'finished-with-exception');
$client->summarizeJobs(since: null, jobType: 1, objectType: 1, state: 4);
$wrong = [
    ['state' => 'lost'],
    ['jobType' => 'everything'],
    ['objectType' => ''],
    ['state' => JobType::Retention],
    ['jobType' => State::Failed],
    ['objectType' => new DateTimeImmutable()],
    ['state' => 2 ** 32 + 3],
    ['jobType' => 2 ** 32],
    ['objectType' => -(2 ** 31) - 1],
];
foreach ($wrong as $query) {
    try {
        $client->listJobs(...$query);
        echo 'was not refused: ', json_encode($query), "\n";
    } catch (\ValueError | \TypeError $error) {
        echo $error::class, ': ', $error->getMessage(), "\n";
    }
}
