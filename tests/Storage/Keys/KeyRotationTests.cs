using System.Text.RegularExpressions;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Signing;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Faults;
using Serverless.Updates;

namespace Serverless.Tests.Storage.Keys;

/// <summary>A key is added, the releases in use are signed with it, devices move, and the old one goes.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    /// <summary>A bundle's files, and its zip.</summary>
    private const int DigestsOfARelease = 4 + 1;

    // Keys are known to a whole storage account, and what a short key id may mean depends on all of them.
    private readonly AzuriteFixture _azurite = new();
    private readonly KeyLab _lab;

    public KeyRotationTests() => _lab = new KeyLab(_azurite);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _azurite.InitializeAsync();
        await _lab.OpenAsync();
    }

    [Fact]
    public async Task Fleet_moves_to_a_new_key_and_no_device_is_ever_offered_what_it_cannot_verify()
    {
        var server = new InProcessServer(_lab.Pipeline);
        using var before = new SigningFleet(server, _lab.App.Value, _lab.Old);
        using var plain = new SigningFleet(server, _lab.App.Value, key: null);
        await _lab.Pipeline.PublishAsync(_lab.App, "1.0.0");
        await _lab.Pipeline.PublishAsync(_lab.App, "1.1.0");
        await SigningFleet.RunsAsync("1.1.0", [.. before.Precise, before.Short, .. plain.Precise]);

        // Added and known, and nothing is signed with it yet.
        var added = _lab.AddKey();
        using var after = new SigningFleet(server, _lab.App.Value, added);
        await _lab.Pipeline.Get<KeyRing>().IntroduceAsync(Cancellation);
        _lab.Pipeline.Get<AppSnapshots>().InvalidateAll();
        await SigningFleet.RefusedAsync("key_id_mismatch", server, [.. after.Precise, after.Short]);
        Assert.Equal((0, 2), await _lab.ProgressAsync(added));

        // Signed in the background, by one instance that fails before its last step and by another that goes on.
        await InterruptRotationAsync(added);
        Assert.Equal((0, 2), await _lab.ProgressAsync(added));
        await using (var other = await _lab.StartAsync())
        {
            await other.Get<KeyRotation>().RunAsync(Cancellation);
            Assert.Equal(2, other.Get<SigningSpy>().Digests(added.KeyId));
            Assert.Equal(0, other.Get<SigningSpy>().Digests(_lab.Old.KeyId));
        }

        Assert.Equal((2, 2), await _lab.ProgressAsync(added));
        Assert.Equal((2, 2), await _lab.ProgressAsync(_lab.Old));
        _lab.Pipeline.Get<AppSnapshots>().Invalidate(_lab.App);
        await SigningFleet.RunsAsync("1.1.0", after.Precise);
        await SigningFleet.RefusedAsync("key_id_mismatch", server, [before.Short, after.Short]);

        // Both keys sign what comes next.
        await _lab.Pipeline.PublishAsync(_lab.App, "1.2.0");
        await SigningFleet.RunsAsync("1.2.0", [.. before.Precise, .. after.Precise, .. plain.Precise]);

        // The old key goes, but not while devices need it.
        var refusal = await _lab.Administration.RetireAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyRetirement(), Cancellation);
        Assert.Equal(ProblemCode.KeyInUse, refusal?.Code);

        // Seven of seventeen, but for devices that share a register.
        Assert.Matches($@"\A[567] of 1[4-7] devices of {Regex.Escape(_lab.App.Value)} that were seen in 30 days may still carry the key\.\z", refusal?.Detail);
        Assert.Equal("reason", (await _lab.Administration.RetireAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyRetirement(Force: true), Cancellation))?.Member);
        await using (var later = await _lab.StartAsync(ahead: TimeSpan.FromDays(31)))
        {
            Assert.Null(await later.Get<KeyAdministration>().RetireAsync(TestPrincipal.Operator, _lab.App, _lab.Old.KeyId, new KeyRetirement(), Cancellation));
        }

        _lab.Pipeline.Get<AppSnapshots>().Invalidate(_lab.App);
        await SigningFleet.RefusedAsync("key_retired", server, before.Precise);
        var last = await _lab.Pipeline.PublishAsync(_lab.App, "1.3.0");
        Assert.Equal([added.KeyId], last.SignedForms.Select(form => form.KeyId));
        await SigningFleet.RunsAsync("1.3.0", [.. after.Precise, .. plain.Precise]);
        await SigningFleet.RefusedAsync("key_retired", server, before.Precise);
        await SigningFleet.RefusedAsync("key_id_mismatch", server, [before.Short, after.Short]);

        var ledger = await _lab.Catalog.VerifyAsync(_lab.App);
        Assert.Single(ledger, entry => entry.Kind == LedgerKind.KeyRetired && entry.Subject == _lab.Old.KeyId);
        Assert.Equal(2, ledger.Count(entry => entry is { Kind: LedgerKind.BundleSigned, Actor: "key-rotation" }));
    }

    public async ValueTask DisposeAsync()
    {
        await _lab.DisposeAsync();
        await _azurite.DisposeAsync();
    }

    /// <summary>Everything but the last step, for every release.</summary>
    private async Task InterruptRotationAsync(SigningPublicKey added)
    {
        await using var proxy = await StorageProxy.StartAsync(_azurite.ConnectionString, Cancellation);
        await using var interrupted = await _lab.StartAsync(proxy.ConnectionString);
        using (proxy.Fail(request => request is { Method: "POST", Container: "$batch" }, 403, times: int.MaxValue))
        {
            await interrupted.Get<KeyRotation>().RunAsync(Cancellation);
        }

        // Of the eight files of both releases one is the same.
        Assert.Equal((2 * DigestsOfARelease) - 1, interrupted.Get<SigningSpy>().Digests(added.KeyId));
    }
}
