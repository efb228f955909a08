using Azure.Data.Tables;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Rollbacks;
using Serverless.Storage;
using Serverless.Tests.Support;

namespace Serverless.Tests.Storage.Keys;

/// <summary>Keys are retired, disabled and counted.</summary>
public sealed class KeyAdministrationTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IAsyncLifetime
{
    private readonly KeyLab _lab = new(azurite);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _lab.OpenAsync();

    [Fact]
    public async Task Compromised_key_is_out_at_once_and_devices_with_it_go_back_to_builtin()
    {
        _lab.AddKey();
        var server = new InProcessServer(_lab.Pipeline);
        using var compromised = new SigningFleet(server, _lab.App.Value, _lab.Old);
        await _lab.Pipeline.PublishAsync(_lab.App, "1.0.0");
        await SigningFleet.RunsAsync("1.0.0", compromised.Precise);

        Assert.Null(await _lab.Administration.DisableAsync(TestPrincipal.Operator, app: null, _lab.Old.KeyId, new KeyDisabling(DisabledAnswer.Builtin, "the HSM was stolen"), Cancellation));

        await SigningFleet.RunsAsync("builtin", compromised.Precise);
        await SigningFleet.RefusedAsync("key_disabled", server, compromised.Precise);
        Assert.DoesNotContain((await _lab.Pipeline.PublishAsync(_lab.App, "1.1.0")).SignedForms, form => form.KeyId == _lab.Old.KeyId);
        Assert.Equal(ProblemCode.KeyDisabledForAll, (await _lab.Administration.EnableAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyEnabling("please"), Cancellation))?.Code);
        Assert.Equal("reason", (await _lab.Administration.EnableAsync(TestPrincipal.Operator, app: null, _lab.Old.KeyId, new KeyEnabling(), Cancellation))?.Member);

        Assert.Null(await _lab.Administration.EnableAsync(TestPrincipal.Operator, app: null, _lab.Old.KeyId, new KeyEnabling("it was another HSM"), Cancellation));
        await _lab.Pipeline.Get<KeyRotation>().RunAsync(Cancellation);
        await SigningFleet.RunsAsync("1.1.0", compromised.Precise);
    }

    [Fact]
    public async Task Key_can_be_disabled_for_one_app_and_its_devices_left_where_they_are()
    {
        _lab.AddKey();
        var other = PipelineInstance.NewApp();
        var server = new InProcessServer(_lab.Pipeline);
        using var here = new SigningFleet(server, _lab.App.Value, _lab.Old);
        using var there = new SigningFleet(server, other.Value, _lab.Old);
        await _lab.Pipeline.PublishAsync(_lab.App, "1.0.0");
        await _lab.Pipeline.PublishAsync(other, "1.0.0");

        Assert.Null(await _lab.Administration.DisableAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyDisabling(DisabledAnswer.Block), Cancellation));

        await SigningFleet.RefusedAsync("key_disabled", server, here.Precise);
        await SigningFleet.RunsAsync("1.0.0", there.Precise);
    }

    [Fact]
    public async Task Only_key_is_not_retired_and_an_unknown_one_not_found()
    {
        await _lab.Pipeline.PublishAsync(_lab.App, "1.0.0");

        Assert.Equal(ProblemCode.LastKey, (await _lab.Administration.RetireAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyRetirement(), Cancellation))?.Code);
        Assert.Equal(ProblemCode.KeyNotFound, (await _lab.Administration.DisableAsync(TestPrincipal.Operator, _lab.App, "MIIBCgKCAQEAxxxxxxxx", new KeyDisabling(DisabledAnswer.Block), Cancellation))?.Code);

        _lab.AddKey();

        Assert.Null(await _lab.Administration.RetireAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyRetirement(), Cancellation));
        Assert.Null(await _lab.Administration.RetireAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyRetirement(), Cancellation));
        Assert.Single(await _lab.Catalog.VerifyAsync(_lab.App), entry => entry.Kind == LedgerKind.KeyRetired);
    }

    [Fact]
    public async Task Key_is_not_retired_before_devices_were_counted_for_long_enough_but_for_a_reason()
    {
        await _lab.Pipeline.PublishAsync(_lab.App, "1.0.0");
        var added = _lab.AddKey();
        await using var today = await _lab.StartAsync(minDaysCounted: 30);
        await using var almost = await _lab.StartAsync(ahead: TimeSpan.FromDays(29.5), minDaysCounted: 30);
        await using var inTime = await _lab.StartAsync(ahead: TimeSpan.FromDays(30), minDaysCounted: 30);

        Assert.Equal((ProblemCode.KeyTooNew, 409), await RetireAsync(today));
        Assert.Equal((ProblemCode.KeyTooNew, 409), await RetireAsync(almost));
        Assert.Null(await RetireAsync(inTime));
        Assert.Null(await today.Get<KeyAdministration>().EnableAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyEnabling(), Cancellation));
        Assert.Null(await today.Get<KeyAdministration>().RetireAsync(TestPrincipal.Operator, _lab.App, added.KeyId, new KeyRetirement(Force: true, "it was never in an app"), Cancellation));

        async Task<(string, int)?> RetireAsync(PipelineInstance instance) =>
            await instance.Get<KeyAdministration>().RetireAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyRetirement(), Cancellation) is { } problem ? (problem.Code, problem.Status) : null;
    }

    [Fact]
    public async Task Release_whose_only_defect_is_a_form_of_a_retired_key_is_a_sound_target()
    {
        _lab.AddKey();
        var release = await _lab.Pipeline.PublishAsync(_lab.App, "1.0.0");
        var broken = release with { SignedForms = [.. release.SignedForms.Select(form => form.KeyId == _lab.Old.KeyId ? form with { Checksum = form.LegacyChecksum } : form)] };
        Assert.NotNull(await _lab.Pipeline.Get<RollbackTarget>().FindDefectAsync(_lab.App, broken.Version, broken, Cancellation));

        await _lab.Administration.RetireAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyRetirement(), Cancellation);

        Assert.Null(await _lab.Pipeline.Get<RollbackTarget>().FindDefectAsync(_lab.App, broken.Version, broken, Cancellation));
    }

    [Fact]
    public async Task Changed_zip_is_signed_with_no_new_key_and_does_not_hold_up_other_releases()
    {
        var changed = await _lab.Pipeline.PublishAsync(_lab.App, "1.0.0");
        await _lab.Pipeline.PublishAsync(_lab.App, "1.1.0");
        await _lab.Pipeline.Blob(Containers.Bundles, $"{_lab.App}/1.0.0/{changed.Zip.Sha256}.zip").UploadAsync(new BinaryData("other bytes"), overwrite: true, Cancellation);
        var added = _lab.AddKey();

        await _lab.Pipeline.Get<KeyRotation>().RunAsync(Cancellation);

        Assert.Equal((1, 2), await _lab.ProgressAsync(added));
    }

    [Fact]
    public async Task Devices_counted_by_several_instances_and_again_count_once()
    {
        await _lab.Pipeline.PublishAsync(_lab.App, "1.0.0");
        await using var other = await _lab.StartAsync();
        using var fleet = new SigningFleet(new InProcessServer(_lab.Pipeline), _lab.App.Value, _lab.Old);
        using var plain = new SigningFleet(new InProcessServer(other), _lab.App.Value, key: null);

        await SigningFleet.RunsAsync("1.0.0", [.. fleet.Precise, .. plain.Precise]);
        await other.Get<KeySightingsFlush>().RunAsync(Cancellation);
        var counted = _lab.Pipeline.Get<KeySightings>().Unstored();
        await Task.WhenAll(counted.Concat(counted).Select(day => _lab.Pipeline.Get<KeyDevices>().MergeAsync(day, Cancellation)));

        var usage = await _lab.Pipeline.Get<KeyDevices>().ReadAsync(_lab.App, Cancellation);

        // Two of a few devices share a register in one run of a hundred, and then count as one.
        Assert.InRange(usage.All, 8, 10);
        Assert.InRange(usage.MayCarry(_lab.Old.KeyId), 4, 5);
        var rows = await _lab.Pipeline.Get<TableServiceClient>().GetTableClient(Tables.KeyDevices)
            .QueryAsync<TableEntity>(row => row.PartitionKey == _lab.App.Value, cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Equal(2, rows.Count);
    }

    [Fact]
    public async Task Newest_active_key_is_recommended()
    {
        await _lab.Pipeline.Get<KeyRing>().IntroduceAsync(Cancellation);
        var added = _lab.AddKey();
        await _lab.Pipeline.Get<KeyRing>().IntroduceAsync(Cancellation);

        Assert.Equal([(_lab.Old.KeyId, false), (added.KeyId, true)], await RecommendedAsync());

        await _lab.Administration.DisableAsync(TestPrincipal.Operator, app: null, added.KeyId, new KeyDisabling(DisabledAnswer.Block), Cancellation);

        Assert.Equal([(_lab.Old.KeyId, true), (added.KeyId, false)], await RecommendedAsync());
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private async Task<IEnumerable<(string KeyId, bool IsRecommended)>> RecommendedAsync() =>
        (await _lab.Pipeline.Get<KeyRing>().ListHeldAsync(_lab.App, Cancellation)).Select(key => (key.PublicKey.KeyId, key.IsRecommended));
}
