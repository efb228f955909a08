using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Tests.Support;

namespace Serverless.Tests.Unit.Signing;

public sealed class CustodianHealthTests : IDisposable
{
    private readonly LocalSigningKey _key = new(SigningPublicKeyTests.Import(SignatureVectors.PrivateKey));
    private readonly LocalSigningKey _other = new(RSA.Create(2048));
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Good_probe_is_believed_for_five_minutes()
    {
        var custodian = new KeyRing(_key);
        using var health = HealthOf(custodian);

        Assert.True(await health.IsSigningAsync(Cancellation));
        _time.Advance(TimeSpan.FromSeconds(299));
        Assert.True(await health.IsSigningAsync(Cancellation));
        Assert.Equal(1, custodian.Asked);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await health.IsSigningAsync(Cancellation));
        Assert.Equal(2, custodian.Asked);
    }

    [Fact]
    public async Task Custodian_that_came_back_is_seen_within_half_a_minute()
    {
        var custodian = new KeyRing();
        using var health = HealthOf(custodian);

        Assert.False(await health.IsSigningAsync(Cancellation));
        custodian.Keys = [_key];
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(await health.IsSigningAsync(Cancellation));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await health.IsSigningAsync(Cancellation));
    }

    [Fact]
    public async Task One_key_that_signs_wrongly_is_enough_to_fail()
    {
        using var health = HealthOf(new KeyRing(_key, new MixedUpKeyStub(_key.PublicKey, _other)));

        Assert.False(await health.IsSigningAsync(Cancellation));
    }

    [Fact]
    public async Task Many_who_ask_at_once_cause_one_probe()
    {
        var custodian = new KeyRing(_key);
        using var health = HealthOf(custodian);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => health.IsSigningAsync(Cancellation), Cancellation)));

        Assert.All(answers, Assert.True);
        Assert.Equal(1, custodian.Asked);
    }

    public void Dispose()
    {
        _key.Dispose();
        _other.Dispose();
    }

    private CustodianHealth HealthOf(ICustodian custodian) => new(custodian, _time, NullLogger<CustodianHealth>.Instance);
}
