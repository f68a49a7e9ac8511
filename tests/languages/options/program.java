package cloudbackupjobs;

import cloudbackupjobs.CloudBackupJobs.*;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

public final class JobReport {
    public static void main(String[] arguments) throws CloudBackupException {
        Map<String, Object> options = new HashMap<>(Map.of("base_url", arguments[0], "access_token", "of-the-options",
                "max_retries", 0, "timeout_ms", 20_000, "trust", "bundled"));
        options.put("location", null);
        try (Client client = new Client(options)) {
            System.out.println(client.getJob("FB1", null).stateText());
        }
        new Client(Map.of("base_url", "http://192.0.2.1", "allow_http", true)).close();
        List<Map<String, ?>> wrong = List.of(Map.of("timeout", 5), Map.of("max_retries", -1),
                Map.of("client_secret_file", "/nonexistent/x"), Map.of("timeout_ms", 0));
        for (Map<String, ?> each : wrong) {
            try {
                new Client(each).close();
            } catch (CloudBackupException error) {
                System.out.println(error.statusName + " " + error.getMessage());
            }
        }
    }
}
