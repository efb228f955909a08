using Serverless.Device;

namespace Serverless.Tests.Unit.Device;

public sealed class PluginGenerationTests
{
    private static readonly string[] Releases =
    [
        "5.10.0", "5.30.0", "5.34.0", "5.35.0", "6.25.0", "6.30.0", "6.34.0", "7.0.35", "7.27.8", "7.30.0", "7.36.1", "7.41.1", "7.42.9",
        "7.45.10", "7.50.0", "8.0.0", "8.4.3", "8.41.12", "8.45.0", "8.45.11", "8.46.0", "8.47.0", "8.49.0", "8.50.0", "8.51.0", "8.51.8",
        "8.51.22", "8.51.23", "9.0.0", "10.0.0",
    ];

    /// <param name="capability">A property of the generation.</param>
    /// <param name="since">The release of each major from which on it has it; a major that is not named never has it.</param>
    [Theory]
    [InlineData(nameof(PluginGeneration.UnderstandsManifest), "5.10 6.25 7.0.35 8.0")]
    [InlineData(nameof(PluginGeneration.UnderstandsBuiltin), "5.10 6.2 7.0 8.0")]
    [InlineData(nameof(PluginGeneration.ReadsHexSignature), "5.30 6.30 7.30 8.0")]
    [InlineData(nameof(PluginGeneration.KeepsChannel), "5.34 6.34 7.34 8.0")]
    [InlineData(nameof(PluginGeneration.PassesLinkAndComment), "5.35 6.35 7.35 8.35")]
    [InlineData(nameof(PluginGeneration.SendsArrays), "7.42.9 8.42.8")]
    [InlineData(nameof(PluginGeneration.UnderstandsUnset), "7.42.9 8.42.8")]
    [InlineData(nameof(PluginGeneration.NamesBuiltinByBuild), "7.45 8.45")]
    [InlineData(nameof(PluginGeneration.ReportsQueued), "7.45 8.45")]
    [InlineData(nameof(PluginGeneration.LimitsExchanges), "7.50 8.45.11")]
    [InlineData(nameof(PluginGeneration.SendsMetadata), "7.46 8.46")]
    [InlineData(nameof(PluginGeneration.AsksForSizes), "7.47 8.47")]
    [InlineData(nameof(PluginGeneration.ReportsManifestPaths), "7.47 8.47")]
    [InlineData(nameof(PluginGeneration.ReportsNativeChange), "7.49 8.49")]
    [InlineData(nameof(PluginGeneration.AdoptsAnsweredChannel), "7.50 8.49")]
    [InlineData(nameof(PluginGeneration.SendsInstallSource), "7.50 8.50")]
    [InlineData(nameof(PluginGeneration.ReportsLaunches), "7.51 8.51.0")]
    [InlineData(nameof(PluginGeneration.ObeysRetryAfter), "7.51 8.51.8")]
    [InlineData(nameof(PluginGeneration.RequeuesEvents), "7.51 8.51.8")]
    [InlineData(nameof(PluginGeneration.DemandsChecksumAndSessionKey), "8.51.23")]
    [InlineData(nameof(PluginGeneration.UsesCrc32), "9.0 10.0")]
    public void Capability_belongs_to_the_releases_that_brought_it(string capability, string since)
    {
        var property = typeof(PluginGeneration).GetProperty(capability)!;
        var first = since.Split(' ').Select(Version.Parse).ToDictionary(version => version.Major);
        var expected = Releases.Where(release => first.TryGetValue(Version.Parse(release).Major, out var version) && Version.Parse(release) >= version);

        var actual = Releases.Where(release => (bool)property.GetValue(new PluginGeneration(Version.Parse(release)))!);

        Assert.Equal(expected, actual);
    }

    [Theory]
    [InlineData("5.9.9")]
    [InlineData("6.24.9")]
    [InlineData("7.0.34")]
    public void Release_before_the_gate_knows_CRC_32_alone(string release)
    {
        var generation = new PluginGeneration(Version.Parse(release));

        Assert.True(generation.UsesCrc32);
        Assert.False(generation.UnderstandsManifest);
    }

    [Theory]
    [InlineData("7.27.8", RefusalReading.AlwaysFailed)]
    [InlineData("7.36.1", RefusalReading.Status)]
    [InlineData("7.45.10", RefusalReading.Kind)]
    [InlineData("8.0.0", RefusalReading.Status)]
    [InlineData("8.45.0", RefusalReading.Status)]
    [InlineData("8.45.11", RefusalReading.Kind)]
    [InlineData("8.51.23", RefusalReading.Kind)]
    [InlineData("9.0.0", RefusalReading.Message)]
    [InlineData("10.0.0", RefusalReading.Message)]
    public void Refusal_is_read_in_the_way_of_the_release(string release, RefusalReading expected) =>
        Assert.Equal(expected, new PluginGeneration(Version.Parse(release)).RefusalReading);

    [Theory]
    [InlineData("7.36.1", 0)]
    [InlineData("7.41.1", 20)]
    [InlineData("8.0.0", 0)]
    [InlineData("8.4.3", 4)]
    [InlineData("8.40.7", 4)]
    [InlineData("8.40.8", 20)]
    [InlineData("8.51.23", 20)]
    [InlineData("10.0.0", 0)]
    public void Key_is_named_by_as_many_characters_as_the_release_sends(string release, int expected) =>
        Assert.Equal(expected, new PluginGeneration(Version.Parse(release)).KeyIdLength);
}
