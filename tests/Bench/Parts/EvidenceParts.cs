using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using Serverless.Devices;
using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Bench.Parts;

/// <summary>The e-process: a decision about a release, as it is made after every batch of reports.</summary>
[MemoryDiagnoser]
public class EvidenceParts
{
    private readonly RollbackOptions _options = new();
    private readonly ReleaseEvidence _fleet = new() { All = Arms(failed: 900) };
    private readonly ReleaseEvidence _cells = new()
    {
        All = Arms(failed: 900),
        Cells = DeviceCells.Of("android", "1.4.0", "8.51.23", "14").All().ToImmutableDictionary(cell => cell, _ => Arms(failed: 450)),
    };

    [Benchmark]
    public object DecisionOfFleet() => RollbackPolicy.Decide(_fleet, _options);

    [Benchmark]
    public object DecisionWithCells() => RollbackPolicy.Decide(_cells, _options);

    private static ArmEvidence Arms(long failed) => new()
    {
        Candidate = new Arm(Devices: 100_000, Failed: failed),
        History = new Arm(Devices: 1_000_000, Failed: 9_000),
        Live = new Arm(Devices: 10_000, Failed: 90),
    };
}
