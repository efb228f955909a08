using Serverless.Devices;

namespace Serverless.Tests.Unit.Devices;

/// <summary>Expected values by <c>printf '{app}\n{device}' | openssl dgst -sha256 -mac HMAC</c> with the bytes 0 to 31 as the key, cut to 32 digits.</summary>
public sealed class DevicePseudonymTests
{
    private static readonly Pepper Pepper = new([.. Enumerable.Range(0, 32).Select(value => (byte)value)]);

    [Theory]
    [InlineData("com.example.app", "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", "46f63eb38f4eff33a474848a4d36c07f")]
    [InlineData("com.example.app", "44F128A5-AC7A-4C9A-BE4C-224B6BF81B20", "46f63eb38f4eff33a474848a4d36c07f")]
    [InlineData("com.example.other", "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", "859d15d0a994db560526e34cb4da09dc")]
    [InlineData("com.example.app", "0F673663-459A-44C0-A7F5-613F2A4AF3AB", "3f104d88974b54943581739a7b8dd2ea")]
    public void Pseudonym_is_the_keyed_hash_of_app_and_lower_case_id(string app, string device, string expected) =>
        Assert.Equal(expected, DevicePseudonym.Of(Words.App(app), device, Pepper).Hex);

    [Fact]
    public void Another_pepper_gives_another_pseudonym()
    {
        var other = new Pepper(new byte[32]);

        Assert.NotEqual(
            DevicePseudonym.Of(Words.App("com.example.app"), "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", Pepper),
            DevicePseudonym.Of(Words.App("com.example.app"), "44f128a5-ac7a-4c9a-be4c-224b6bf81b20", other));
    }

    [Theory]
    [InlineData("46f63eb38f4eff33a474848a4d36c07f", true)]
    [InlineData("46F63EB38F4EFF33A474848A4D36C07F", false)]
    [InlineData("46f63eb38f4eff33a474848a4d36c07", false)]
    [InlineData("46f63eb38f4eff33a474848a4d36c07g", false)]
    [InlineData("44f128a5-ac7a-4c9a-be4c-224b6bf8", false)]
    [InlineData(null, false)]
    public void Only_what_was_made_here_is_read_back(string? text, bool valid)
    {
        Assert.Equal(valid, DevicePseudonym.TryParse(text, out var pseudonym));
        Assert.Equal(valid ? text : null, pseudonym.Hex);
    }

    [Fact]
    public void Short_pepper_is_refused() => Assert.Throws<ArgumentException>(() => new Pepper(new byte[31]));
}
