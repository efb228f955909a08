using CsCheck;
using Serverless.Fuzz;

namespace Serverless.Tests.Unit.Fuzzing;

/// <summary>
/// The targets of <c>tests/Fuzz</c>, on their seeds and the same few thousand mutations of them in every run. A fuzzer that sees coverage
/// goes much further: <c>tests/Fuzz/run.sh</c>.
/// </summary>
public sealed class FuzzTargetTests
{
    private const int Mutations = 2_000;
    private const ulong Seed = 20_261_127;

    public static TheoryData<string> Targets => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_seed_is_a_finding(string name)
    {
        var target = FuzzTargets.Create(name);
        using var owned = target as IDisposable;

        Assert.NotEmpty(target.Seeds);
        Assert.All(target.Seeds, target.Run);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_mutation_of_a_seed_is_a_finding(string name)
    {
        var target = FuzzTargets.Create(name);
        using var owned = target as IDisposable;
        var mutation = Mutation.Of([.. target.Seeds]);

        for (var number = 0u; number < Mutations; number++)
        {
            var input = mutation.Generate(new PCG(number, Seed), null, out _);
            var finding = Record.Exception(() => target.Run(input));
            Assert.True(finding is null, $"Input {number}, in base64 {Convert.ToBase64String(input)}: {finding}");
        }
    }
}
