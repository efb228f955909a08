using Serverless.Limits;

namespace Serverless.Tests.Unit.Limits;

/// <summary>By itself, because it measures the memory of the process, which other tests would use meanwhile.</summary>
[Collection(nameof(AllowanceMemoryTests))]
[CollectionDefinition(nameof(AllowanceMemoryTests), DisableParallelization = true)]
public sealed class AllowanceMemoryTests
{
    [Fact]
    public void Any_number_of_keys_takes_a_bounded_memory()
    {
        using var allowances = Allowances.Flowing(1_000_000, TimeSpan.FromDays(1));
        Use(allowances, 0, 20_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Use(allowances, 20_000, 200_000);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 4_000_000);
    }

    private static void Use(Allowances allowances, uint from, uint to)
    {
        for (var key = from; key < to; key++)
        {
            Assert.Null(allowances.Take(key));
        }
    }
}
