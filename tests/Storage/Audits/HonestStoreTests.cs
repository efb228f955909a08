using Serverless.Audits;
using Serverless.Channels;

namespace Serverless.Tests.Storage.Audits;

/// <summary>An honest store verifies, and so does an export of it.</summary>
[Collection(nameof(Audits))]
public sealed class HonestStoreTests(AuditLab lab) : AuditTest(lab)
{
    [Fact]
    public async Task Honest_store_holds()
    {
        var report = await VerifyAsync(Source);

        Assert.Null(report.Mismatch);
        Assert.True(report.Holds);
        Assert.Equal((1, 9, 2, 9, 2, 1), (
            report.Checked.Ledgers, report.Checked.LedgerRows, report.Checked.Seals, report.Checked.SealedRows, report.Checked.Releases, report.Checked.Channels));
    }

    [Fact]
    public async Task Store_in_which_everything_happened_holds()
    {
        Assert.True(ChannelName.TryParse("production", out var production));
        Assert.Null(ChannelEdit.Parse("""{"versions":"minor","emulator":false}"""u8, out var edit));
        await Pipeline.Get<ChannelAdministration>().ChangeAsync(TestPrincipal.Operator, App, production, edit, _ => true, Cancellation);
        await Pipeline.PublishAsync(App, "2.0.0", "beta");
        await Pipeline.IntakeAsync($"{App}/beta/nothing.zip", [1, 2, 3]);
        await Pipeline.WithdrawAsync(App, "1.1.0", "it: failed");
        await Pipeline.WithdrawAsync(App, "2.0.0", "it failed too");

        var report = await VerifyAsync(Source);

        Assert.Null(report.Mismatch);
        Assert.True(report.Holds);
    }

    [Fact]
    public async Task Honest_export_holds()
    {
        await new AuditExport(Source).RunAsync(Folder, Cancellation);

        var report = await VerifyAsync(new ExportAuditSource(Folder));

        Assert.Null(report.Mismatch);
        Assert.True(report.Holds);
        Assert.Equal((await VerifyAsync(Source)).Checked.ToString(), report.Checked.ToString());
    }
}
