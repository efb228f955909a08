using System.Text.RegularExpressions;
using Serverless.Rollbacks;
using Serverless.SyntheticDevices;
using Serverless.Tests.Support;
using static Serverless.Tests.Infrastructure.PredictedResources;

namespace Serverless.Tests.Infrastructure;

/// <summary>An alert is worth something only while the code says what it listens for, and somebody knows what to do.</summary>
public sealed partial class AlertTests(CompiledTemplates templates)
{
    private static string Guide => File.ReadAllText(Path.Combine(Repository.Root, "infra", "README.md"));

    private IEnumerable<(string Name, string Query)> Alerts => templates.Small.OfType("Microsoft.Insights/scheduledQueryRules").Select(rule =>
        (Text(rule, "properties", "displayName"), Text(Assert.Single(At(rule, "properties", "criteria", "allOf").EnumerateArray()), "query")));

    [BicepFact]
    public void Every_alert_has_a_runbook() =>
        Assert.All(Alerts.Select(alert => alert.Name).Append("signing-key"), name => Assert.Contains($"\n### {name}\n", Guide, StringComparison.Ordinal));

    [BicepFact]
    public void Every_runbook_is_of_an_alert()
    {
        var runbooks = Guide[Guide.IndexOf("\n## Runbooks\n", StringComparison.Ordinal)..];

        Assert.Equal(Alerts.Select(alert => alert.Name).Append("signing-key").Order(), Heading().Matches(runbooks).Select(heading => heading.Groups["name"].Value).Order());
    }

    [BicepFact]
    public void Metrics_are_those_that_the_code_counts()
    {
        var telemetry = Source("Telemetry.cs");
        var workbook = File.ReadAllText(Path.Combine(Repository.Root, "infra", "modules", "workbook.json"));

        Assert.All(
            Alerts.Select(alert => alert.Query).Append(workbook).SelectMany(text => Metric().Matches(text)).Select(metric => metric.Groups["name"].Value).Distinct(),
            name => Assert.Contains($"\"{name}\"", telemetry, StringComparison.Ordinal));
    }

    [BicepFact]
    public void Values_are_those_that_the_code_tells()
    {
        Assert.Contains($"('{nameof(ProbeOutcome.Failed)}', '{nameof(ProbeOutcome.Unanswered)}')".ToLowerInvariant(), Query("synthetic-device-failed"), StringComparison.Ordinal);
        Assert.Contains("DeliveryTried(\"dead\")", Source("Deliveries/DeliveryAttempt.cs"), StringComparison.Ordinal);
        Assert.Contains("== 'dead'", Query("deliveries-dead"), StringComparison.Ordinal);
    }

    [BicepFact]
    public void Log_lines_are_those_that_the_code_writes()
    {
        Assert.Contains("\"Release {Version} of {App} is not what was published: {Defect}\"", Source("Rollbacks/VerificationIncidents.cs"), StringComparison.Ordinal);
        Assert.Contains("startswith 'Release ' and message has 'is not what was published'", Query("incident-opened"), StringComparison.Ordinal);

        Assert.Contains("\"The incident of {Version} of {App} is {State}: {Note}\"", Source("Rollbacks/Recovery.cs"), StringComparison.Ordinal);
        Assert.Contains($"startswith 'The incident of ' and message has 'is {IncidentState.Escalated}'", Query("incident-escalated"), StringComparison.Ordinal);

        Assert.Contains("\"{Upload} is not published: {Why}\"", Source("Bundles/BundleIntake.cs"), StringComparison.Ordinal);
        Assert.Contains("has 'is not published:'", Query("not-signed"), StringComparison.Ordinal);
    }

    private static string Source(string file) => File.ReadAllText(Path.Combine(Repository.Root, "functions", file));

    private string Query(string alert) => Assert.Single(Alerts, candidate => candidate.Name == alert).Query;

    [GeneratedRegex(@"(?i)\bname == '(?<name>updates\.[a-z_.]+)'")]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?m)^### (?<name>[a-z-]+)$")]
    private static partial Regex Heading();
}
