using Serverless.Bench.Parts;

namespace Serverless.Tests.Unit.Bench;

/// <summary>Benchmarks are run by hand; that they can be run is held here.</summary>
public sealed class PartsTests
{
    [Fact]
    public async Task Every_benchmark_runs_and_finds_what_it_is_to_measure()
    {
        var results = await AllParts.RunOnceAsync();

        Assert.Equal(12, results.Count);
        Assert.All(results, result => Assert.True(result.Value is not (null or false), $"{result.Key} came to nothing."));
        Assert.Equal("UpToDate", results["CheckParts.DecisionUpToDate"]!.GetType().Name);
        Assert.Equal("Offer", results["CheckParts.DecisionOffer"]!.GetType().Name);
        Assert.Equal("Readable", results["BundleParts.DirectoryOf1500Files"]!.GetType().Name);
    }
}
