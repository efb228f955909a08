using System.Collections.Immutable;
using CsCheck;
using Serverless.Devices;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Tests.Unit.Rollbacks.Decisions;

/// <summary>Evidence as tests write it.</summary>
internal static class Evidence
{
    /// <summary>Half a per cent of many: the null is a little over one per cent.</summary>
    public static readonly Arm LongHistory = new(100_000, 500);

    public static readonly Cell Ios = new(CellKind.Platform, "ios");
    public static readonly Cell Android = new(CellKind.Platform, "android");

    /// <summary>Of any size up to the hundred million, with failures anywhere from none to all.</summary>
    public static readonly Gen<Arm> AnyArm = Gen.Select(Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, 100_000_000]), Gen.Double[0, 1], Gen.Bool)
        .Select((devices, share, few) => new Arm(devices, (long)(devices * (few ? share / 50 : share))));

    public static readonly Gen<ArmEvidence> AnyArms = Gen.Select(AnyArm, AnyArm, AnyArm, Gen.Bool)
        .Select((candidate, history, live, isLive) => new ArmEvidence { Candidate = candidate, History = history, Live = isLive ? live : null });

    public static ReleaseEvidence Of(Arm candidate, Arm history = default, Arm? live = null) =>
        new() { All = new ArmEvidence { Candidate = candidate, History = history, Live = live } };

    /// <summary>Two platforms that are the whole fleet, each with half of a long history.</summary>
    public static ReleaseEvidence OfPlatforms(Arm ios, Arm android)
    {
        var cells = ImmutableDictionary<Cell, ArmEvidence>.Empty.Add(Ios, Half(ios)).Add(Android, Half(android));
        return new ReleaseEvidence { All = cells[Ios] + cells[Android], Cells = cells };

        static ArmEvidence Half(Arm candidate) => new() { Candidate = candidate, History = new Arm(50_000, 250) };
    }
}
