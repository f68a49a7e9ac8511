<?php
require __DIR__ . '/cloudbackupjobs.php';

use CloudBackupJobs\{Client, Error};

$client = new Client(base_url: $argv[1], access_token: 'of-the-options', location: null, max_retries: 0,
    timeout_ms: 20_000, trust: 'bundled');
echo $client->getJob('FB1')->stateText, "\n";
new Client(base_url: 'http://192.0.2.1', allow_http: true);
$wrong = [['timeout' => 5], ['max_retries' => -1], ['client_secret_file' => '/nonexistent/x'], ['timeout_ms' => 0]];
foreach ($wrong as $options) {
    try {
        new Client(...$options);
    } catch (Error $error) {
        echo $error->statusName, ' ', $error->getMessage(), "\n";
    }
}
