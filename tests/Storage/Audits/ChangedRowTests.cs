using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Devices.Authentication;

namespace Serverless.Tests.Storage.Audits;

/// <summary>Whatever is changed in the rows of a store is found and named, in the store and in an export of it alike.</summary>
[Collection(nameof(Audits))]
public sealed class ChangedRowTests(AuditLab lab) : AuditTest(lab)
{
    [Theory]
    [InlineData("release:1.0.0", "\"sequence\":1", "\"sequence\":3")]
    [InlineData("release:1.0.0", "\"notes\":{}", "\"notes\":{\"minNative\":\"9.0.0\"}")]
    [InlineData("release:1.0.0", "\"scriptOrigins\":[]", "\"scriptOrigins\":[\"https://evil.example\"]")]
    [InlineData("release:1.0.0", "\"sequence\":1", "\"withdrawnBecause\":\"x\",\"sequence\":1")]
    [InlineData("release:1.0.0", "\"sequence\":1", "\"sequence\":\"one\"")]
    [InlineData("sequence:999999999998", "\"version\":\"1.0.0\"", "\"version\":\"1.1.0\"")]
    [InlineData("channel:production", "\"target\":\"1.1.0\"", "\"target\":\"1.0.0\"")]
    [InlineData("channel:production", "\"public\":true", "\"public\":false")]
    [InlineData("channel:production", "\"history\":[\"1.0.0\"]", "\"history\":[]")]
    public async Task Changed_row_is_named(string rowKey, string written, string other)
    {
        await ChangeAsync(rowKey, document => document.Replace(written, other, StringComparison.Ordinal));

        await FindsAsync($"'{rowKey}'");
    }

    [Fact]
    public async Task Changed_signature_is_named()
    {
        // A digit in the middle of the first checksum: the key sees it before the document does.
        await ChangeAsync("release:1.0.0", document =>
        {
            var at = document.IndexOf("\"checksum\":\"", StringComparison.Ordinal) + 100;
            return document[..at] + (document[at] == '0' ? '1' : '0') + document[(at + 1)..];
        });

        await FindsAsync("signature of release 1.0.0");
    }

    [Theory]
    [InlineData("release:1.1.0")]
    [InlineData("sequence:999999999997")]
    [InlineData("channel:production")]
    [InlineData("app")]
    public async Task Removed_row_is_missed(string rowKey)
    {
        await Table.DeleteEntityAsync(App.Value, rowKey, cancellationToken: Cancellation);

        await FindsAsync("missing");
    }

    [Fact]
    public async Task What_is_asked_of_devices_is_what_the_ledger_says()
    {
        Assert.Null((await Pipeline.Get<AuthenticationAdministration>().IssueKeyAsync(TestPrincipal.Operator, App, Cancellation)).Problem);
        Assert.True((await VerifyAsync(Source)).Holds);

        await ChangeAsync("authentication", document => document.Replace("\"revocations\":0", "\"revocations\":1", StringComparison.Ordinal));

        await FindsAsync("'authentication'");
    }

    [Fact]
    public async Task Device_policy_that_was_removed_is_missed()
    {
        Assert.Null((await Pipeline.Get<AuthenticationAdministration>().IssueKeyAsync(TestPrincipal.Operator, App, Cancellation)).Problem);

        await Table.DeleteEntityAsync(App.Value, "authentication", cancellationToken: Cancellation);

        await FindsAsync("'authentication' is missing");
    }

    [Fact]
    public async Task Device_policy_that_nobody_set_is_named()
    {
        await Table.AddEntityAsync(
            new TableEntity(App.Value, "authentication") { ["Document"] = JsonSerializer.Serialize(DeviceAuthentication.Nobody, PipelineJson.Default.DeviceAuthentication) },
            Cancellation);

        await FindsAsync("'authentication'");
    }

    [Fact]
    public async Task Added_release_is_named()
    {
        var row = await ReadAsync("release:1.1.0");
        await Table.AddEntityAsync(
            new TableEntity(App.Value, "release:1.2.0")
            {
                ["Document"] = row.GetString("Document").Replace("\"1.1.0\"", "\"1.2.0\"", StringComparison.Ordinal).Replace("\"sequence\":2", "\"sequence\":3", StringComparison.Ordinal),
            },
            Cancellation);

        await FindsAsync("'release:1.2.0'");
    }

    [Fact]
    public async Task App_whose_rows_are_all_gone_is_missed_by_its_seals()
    {
        await RemoveRowsAsync();

        await FindsAsync("The app's row is missing");
    }
}
