<?php
require __DIR__ . '/cloudbackupjobs.php';

use CloudBackupJobs\Client;

$client = new Client();
$jobs = $client->listJobs(since: null);
foreach ([$client, $jobs] as $object) {
    try {
        $copy = clone $object;
        echo "was cloned\n";
        unset($copy);
    } catch (\Error $error) {
        echo $error->getMessage(), "\n";
    }
}
foreach ($jobs as $job) {
    echo $job->id, "\n";
}
