using System.Security.Cryptography;
using System.Text;
using Serverless.Devices.Authentication;

namespace Serverless.Tests.Unit.Devices.Authentication;

public sealed class AppKeyTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_of_two_keys_is_good_and_no_other()
    {
        var (one, first) = AppKey.Issue(Noon);
        var (two, second) = AppKey.Issue(Noon);

        Assert.True(AppKey.AnyIs([one, two], first));
        Assert.True(AppKey.AnyIs([one, two], second));
        Assert.False(AppKey.AnyIs([one], second));
        Assert.False(AppKey.AnyIs([], first));
        Assert.False(AppKey.AnyIs([one, two], first + "x"));
        Assert.False(AppKey.AnyIs([one, two], new string('x', 10_000)));
    }

    [Fact]
    public void Only_the_hash_is_kept()
    {
        var (key, secret) = AppKey.Issue(Noon);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret))), key.Hash);
        Assert.Matches("^ak_[A-Za-z0-9_-]{43}$", secret);
        Assert.DoesNotContain(secret, key.ToString(), StringComparison.Ordinal);
    }
}
