using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Signing;
using Serverless.Signing.Pkcs11;
using Serverless.Tests.Support.Hsm;

namespace Serverless.Tests.Unit.Signing.Pkcs11;

/// <summary>A token that goes, and one that hangs.</summary>
public sealed class Pkcs11SessionsTests(SoftHsm hsm)
{
    private static readonly byte[] Payload = [1, 2, 3];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [HsmFact]
    public async Task Key_signs_again_after_every_session_was_closed()
    {
        var token = NewToken();
        using var custodian = HsmKey.Of(token).Custodian();
        var key = Assert.Single(await custodian.GetKeysAsync(Cancellation));
        await SignAtOnceAsync(key);

        token.CloseAllSessions();

        await SignAtOnceAsync(key);
    }

    [HsmFact]
    public async Task Key_signs_again_after_the_login_ended()
    {
        var token = NewToken();
        using var custodian = HsmKey.Of(token).Custodian();
        var key = Assert.Single(await custodian.GetKeysAsync(Cancellation));
        await SignAtOnceAsync(key);

        token.LogOut();

        await SignAtOnceAsync(key);
    }

    [HsmFact]
    public async Task Token_that_was_taken_out_is_named()
    {
        var token = NewToken();
        using var custodian = HsmKey.Of(token).Custodian();
        var key = Assert.Single(await custodian.GetKeysAsync(Cancellation));

        token.Unplug();

        var fault = await Assert.ThrowsAsync<CustodianException>(() => key.SignAsync(Payload, Cancellation));
        Assert.Contains($"'{token.Label}' (Signing:Pkcs11:TokenLabel)", fault.Message, StringComparison.Ordinal);
    }

    [HsmFact]
    public async Task Call_that_hangs_is_given_up_and_so_are_those_that_wait_for_its_session()
    {
        var options = HsmKey.Of(NewToken());
        options.Sessions = 1;
        var time = new FakeTimeProvider();
        using var sessions = new Pkcs11Sessions(new Pkcs11Token(options).Open, options, time, NullLogger.Instance);
        using var release = new ManualResetEventSlim();

        var hanging = sessions.UseAsync(_ => Wait(release), Cancellation);
        var waiting = sessions.UseAsync(_ => 1, Cancellation);
        time.Advance(options.Timeout);

        Assert.Equal(
            $"The token '{options.TokenLabel}' did not answer within 00:00:10 (Signing:Pkcs11:Timeout).",
            (await Assert.ThrowsAsync<CustodianException>(() => hanging)).Message);
        Assert.Equal(
            $"None of the 1 sessions (Signing:Pkcs11:Sessions) of the token '{options.TokenLabel}' answers any more.",
            (await Assert.ThrowsAsync<CustodianException>(() => waiting)).Message);

        // The session is lent again once the token lets go of it.
        release.Set();
        Assert.Equal(2, await sessions.UseAsync(_ => 2, Cancellation));
    }

    [HsmFact]
    public async Task Caller_that_gives_up_waits_no_longer()
    {
        var options = HsmKey.Of(NewToken());
        options.Sessions = 1;
        using var sessions = new Pkcs11Sessions(new Pkcs11Token(options).Open, options, TimeProvider.System, NullLogger.Instance);
        using var release = new ManualResetEventSlim();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var hanging = sessions.UseAsync(_ => Wait(release), patience.Token);
        var waiting = sessions.UseAsync(_ => 1, patience.Token);
        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hanging);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        release.Set();
    }

    private static int Wait(ManualResetEventSlim release)
    {
        release.Wait(Cancellation);
        return 0;
    }

    /// <summary>Enough at once to use several sessions.</summary>
    private static async Task SignAtOnceAsync(ISigningKey key) =>
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => key.SignProvenAsync(Payload, Cancellation)));

    private SoftHsmToken NewToken()
    {
        var token = hsm.CreateToken();
        token.GenerateRsa(HsmKey.Label);
        return token;
    }
}
