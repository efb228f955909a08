using Serverless.Devices;

namespace Serverless.Tests.Unit.Devices;

/// <summary>The gates of the wire protocol, each from both sides. Majors 9 and 10 are builds of 2023 that were numbered by accident.</summary>
public sealed class PluginVersionTests
{
    [Theory]
    [InlineData("4.99.99", true)]
    [InlineData("5.9.99", true)]
    [InlineData("5.10.0", false)]
    [InlineData("5.50.3", false)]
    [InlineData("6.24.9", true)]
    [InlineData("6.25.0", false)]
    [InlineData("7.0.34", true)]
    [InlineData("7.0.35", false)]
    [InlineData("7.1.0", false)]
    [InlineData("8.0.0", false)]
    [InlineData("8.51.23", false)]
    [InlineData("9.0.0", true)]
    [InlineData("9.99.99", true)]
    [InlineData("10.0.0", true)]
    [InlineData("10.51.23", true)]
    [InlineData("11.0.0", true)]
    [InlineData("99999999999999999999.0.0", true)]
    public void Zip_is_verified_by_crc32_before_5_10_and_6_25_and_7_0_35(string text, bool crc32) => Assert.Equal(crc32, Words.Plugin(text).VerifiesCrc32);

    [Theory]
    [InlineData("5.29.9", false)]
    [InlineData("5.30.0", true)]
    [InlineData("6.29.9", false)]
    [InlineData("6.30.0", true)]
    [InlineData("7.27.8", false)]
    [InlineData("7.29.99", false)]
    [InlineData("7.30.0", true)]
    [InlineData("7.51.21", true)]
    [InlineData("8.0.0", true)]
    [InlineData("9.40.0", false)]
    [InlineData("10.0.0", false)]
    public void Signatures_are_hexadecimal_from_5_30_and_6_30_and_7_30(string text, bool hex) => Assert.Equal(hex, Words.Plugin(text).ReadsHexSignatures);

    [Theory]
    [InlineData("5.99.0", false)]
    [InlineData("6.1.99", false)]
    [InlineData("6.2.0", true)]
    [InlineData("7.0.0", true)]
    [InlineData("8.0.0", true)]
    [InlineData("9.0.0", false)]
    [InlineData("10.0.0", false)]
    [InlineData("18446744073709551624.0.0", false)]
    public void Builtin_is_understood_from_6_2(string text, bool reverts) => Assert.Equal(reverts, Words.Plugin(text).RevertsToBuiltin);

    [Theory]
    [InlineData("5.33.9", false)]
    [InlineData("5.34.0", true)]
    [InlineData("6.33.9", false)]
    [InlineData("6.34.0", true)]
    [InlineData("7.33.9", false)]
    [InlineData("7.34.0", true)]
    [InlineData("8.0.0", true)]
    [InlineData("9.34.0", false)]
    [InlineData("10.0.0", false)]
    public void Chosen_channel_is_kept_on_the_device_from_x_34(string text, bool keeps) => Assert.Equal(keeps, Words.Plugin(text).KeepsChannel);

    [Theory]
    [InlineData("8.51")]
    [InlineData("v8.51.23")]
    [InlineData("8.51.23-beta.1")]
    public void Version_is_read_leniently(string text) => Assert.False(Words.Plugin(text).VerifiesCrc32);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("latest")]
    [InlineData("1.2.3.4.5")]
    [InlineData("8.51.23-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Anything_else_is_refused(string? text) => Assert.False(PluginVersion.TryParse(text, out _));
}
