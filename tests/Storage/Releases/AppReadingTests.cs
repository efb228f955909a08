using System.Collections.Immutable;
using Azure.Data.Tables;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Releases;

/// <summary>An app, its ledger and its refused uploads, as people see them.</summary>
public sealed class AppReadingTests(AzuriteFixture azurite, KeyFolder keys) : TwoReleasesTest(azurite, keys)
{
    private LedgerReading Ledger => Pipeline.Get<LedgerReading>();

    [Fact]
    public async Task Caller_who_is_limited_to_apps_sees_those_and_no_others()
    {
        var apps = Pipeline.Get<AppAdministration>();
        var other = PipelineInstance.NewApp();
        await Pipeline.PublishAsync(other, "1.0.0");
        await Pipeline.WithdrawAsync(App, Version);
        var limited = new Principal("token:t", Scopes.Read) { Apps = [App.Value, other.Value, "com.example.nowhere"] };

        var first = await apps.ListAsync(limited, new Page(1, null), Cancellation);
        var second = await apps.ListAsync(limited, new Page(1, first.Apps[0].Id), Cancellation);
        var unlimited = await apps.ListAsync(TestPrincipal.Operator, new Page(1, JustBefore(other)), Cancellation);

        Assert.Equal(new[] { App.Value, other.Value }.Order(StringComparer.Ordinal), first.Apps.Concat(second.Apps).Select(app => app.Id));
        Assert.Equal((false, true), (first.Next is null, second.Next is null));
        var shown = first.Apps.Concat(second.Apps).Single(app => app.Id == App.Value);
        Assert.Equal((2, 1, 1, Version), (shown.Releases, shown.Channels, shown.OpenIncidents, shown.LastRelease?.Version));
        Assert.Equal(other.Value, Assert.Single(unlimited.Apps).Id);

        // The other tests' apps are in the same storage, more than a page of them.
        static string JustBefore(AppId app) => app.Value[..^1];
    }

    [Fact]
    public async Task Ledger_is_read_backwards_page_by_page_and_by_kind()
    {
        var written = (await Catalog.VerifyAsync(App)).Select(entry => entry.Number).Reverse().ToArray();

        var read = new List<long>();
        for (var page = new Page(3, null); ;)
        {
            var rows = await Ledger.ListAsync(App, page, kind: null, Cancellation);
            read.AddRange(rows.Rows.Select(row => row.Number));
            if (rows.Next is null)
            {
                break;
            }

            page = page with { After = $"{rows.Rows[^1].Number}" };
        }

        Assert.Equal(written, read);
        var published = await Ledger.ListAsync(App, new Page(1, null), LedgerKind.ReleasePublished, Cancellation);
        Assert.Equal((Version, "intake"), Assert.Single(published.Rows) is var row ? (row.Subject, row.Actor) : default);
        Assert.NotNull(published.Next);
    }

    [Fact]
    public async Task Chain_is_followed_from_where_it_was_left_and_a_changed_row_shows()
    {
        var count = (await Catalog.ReadAppAsync(App, Cancellation)).LedgerCount;
        var whole = await Ledger.VerifyAsync(App, after: 0, LedgerRow.Genesis, Cancellation);
        var third = (await Ledger.ListAsync(App, new Page(1, "4"), kind: null, Cancellation)).Rows[0];
        var rest = await Ledger.VerifyAsync(App, third.Number, third.Hash, Cancellation);
        var wrong = await Ledger.VerifyAsync(App, third.Number, LedgerRow.Genesis, Cancellation);

        var changed = await Table.GetEntityAsync<TableEntity>(App.Value, $"ledger:{5:D12}", cancellationToken: Cancellation);
        changed.Value["Document"] = changed.Value.GetString("Document").Replace("intake", "nobody", StringComparison.Ordinal);
        await Table.UpdateEntityAsync(changed.Value, changed.Value.ETag, TableUpdateMode.Replace, Cancellation);
        var broken = await Ledger.VerifyAsync(App, after: 0, LedgerRow.Genesis, Cancellation);

        Assert.Equal((count, true, null), (whole.Through, whole.IsComplete, whole.Defect));
        Assert.Equal(whole, rest);
        Assert.Equal((3, false), (wrong.Through, wrong.IsComplete));
        Assert.StartsWith("Row 4 is missing, changed", wrong.Defect, StringComparison.Ordinal);
        Assert.Equal((4, false), (broken.Through, broken.IsComplete));
    }

    [Fact]
    public async Task Refused_uploads_are_listed_with_their_reasons()
    {
        await Pipeline.IntakeAsync($"{App}/production/1.2.0.zip", [1, 2, 3]);
        await Pipeline.IntakeAsync($"{App}/beta/1.2.0.zip", [1, 2, 3]);
        var quarantine = Pipeline.Get<QuarantineReading>();

        var found = ImmutableArray.CreateBuilder<RefusedUpload>();
        for (var page = new Page(3, null); ;)
        {
            var (_, list) = await quarantine.ListAsync(App, page, Cancellation);
            found.AddRange(list!.Uploads);
            if (list.Next is not { } next)
            {
                break;
            }

            page = page with { After = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(next)) };
        }

        Assert.Equal(
            [($"{App}/beta/1.2.0.zip", RejectionCode.NotAZip), ($"{App}/production/1.2.0.zip", RejectionCode.NotAZip)], found.Select(upload => (upload.Upload, upload.Code)));
    }
}
