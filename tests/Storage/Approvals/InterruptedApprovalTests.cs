using System.Security.Cryptography;
using Serverless.Approvals;
using Serverless.Bundles;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Bundles;
using Serverless.Tests.Support.Faults;

namespace Serverless.Tests.Storage.Approvals;

/// <summary>Storage fails, or hides that it has done what was asked, at each write between the last approval and the end of the publication.</summary>
[Collection(nameof(Approvals))]
public sealed class InterruptedApprovalTests(AzuriteFixture azurite, KeyFolder keys)
{
    private static readonly byte[] Zip = WebBundle.Small("1.1.0").Zip();
    private static readonly string Sha256 = Convert.ToHexStringLower(SHA256.HashData(Zip));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StorageService.Table, "$batch", false)]
    [InlineData(StorageService.Queue, "decided-uploads", false)]
    [InlineData(StorageService.Blob, "bundles", true)]
    [InlineData(StorageService.Table, "$batch", true)]
    [InlineData(StorageService.Blob, "uploads", true)]
    public async Task Whatever_fails_from_the_last_approval_on_there_is_one_publication(StorageService service, string container, bool isGranted)
    {
        await using var healthy = await ApprovalLab.StartAsync(azurite.ConnectionString, keys, new ShiftedTime());
        await using var proxy = await StorageProxy.StartAsync(azurite.ConnectionString, Cancellation);
        await using var lab = await healthy.AddInstanceAsync(proxy.ConnectionString);
        await healthy.Pipeline.IntakeAsync(healthy.Name("1.1.0"), Zip);
        await healthy.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256);
        if (isGranted)
        {
            await healthy.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256);
        }

        foreach (var stage in new[] { Stage.BeforeForwarding, Stage.AfterForwarding })
        {
            // A status that the client does not try again by itself.
            using var storm = proxy.Fail(request => request.IsWrite && request.Service == service && request.Container == container, 403, times: int.MaxValue, stage);
            await Assert.ThrowsAnyAsync<Exception>(PublishAsync);
            Assert.True(storm.Hits > 0);
        }

        await PublishAsync();

        Assert.Equal(("1.1.0", null, null), await lab.ReadAsync());
        Assert.False(await lab.Pipeline.ExistsAsync("uploads", lab.Name("1.1.0")));
        Assert.Equal(
            ["approval.requested", "approval.given", "approval.given", "approval.granted", "approval.used", "release.published", "channel.moved"],
            (await lab.AuditAsync()).Where(kind => !kind.StartsWith("bundle.", StringComparison.Ordinal)));

        async Task PublishAsync()
        {
            await lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256);
            await lab.RunDecidedAsync();
        }
    }

    [Fact]
    public async Task Upload_whose_message_was_lost_is_swept_up_however_long_it_waited()
    {
        var time = new ShiftedTime();
        await using var lab = await ApprovalLab.StartAsync(azurite.ConnectionString, keys, time);
        await lab.Pipeline.IntakeAsync(lab.Name("1.1.0"), Zip);
        time.Advance(TimeSpan.FromDays(30));
        await lab.Pipeline.Get<DropZoneSweep>().RunAsync(Cancellation);
        Assert.Equal(ApprovalState.Waiting, await lab.FindStateAsync("1.1.0"));
        await lab.ApproveAsync(ApprovalLab.Ann, "1.1.0", Sha256);
        await lab.ApproveAsync(ApprovalLab.Ben, "1.1.0", Sha256);

        await lab.Pipeline.Get<DropZoneSweep>().RunAsync(Cancellation);

        Assert.Equal(("1.1.0", null, null), await lab.ReadAsync());
    }
}
