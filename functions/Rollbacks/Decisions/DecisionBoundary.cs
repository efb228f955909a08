using System.Collections.Immutable;

namespace Serverless.Rollbacks.Decisions;

/// <summary>Where a decision against a release lies: how many of so many exposed devices would have to fail. Pure.</summary>
internal static class DecisionBoundary
{
    private const int MaxPoints = 12;
    private const long FewestDevices = 64;

    /// <summary>From few devices to twice as many as there are, each point some way beyond the one before; the control stays as it is.</summary>
    /// <param name="evidence">Of the whole fleet or of one cell.</param>
    /// <param name="level">Probability of a false rejection, at most.</param>
    /// <param name="options">Margin, floor and minimums.</param>
    public static ImmutableArray<BoundaryPoint> Of(ArmEvidence evidence, double level, RollbackOptions options)
    {
        var points = ImmutableArray.CreateBuilder<BoundaryPoint>(MaxPoints);
        var last = Math.Max(evidence.Candidate.Devices * 2, FewestDevices);
        var step = Math.Pow((double)last / options.MinFailedDevices, 1.0 / (MaxPoints - 1));
        var failed = (long)options.MinFailedDevices;
        for (var point = 0; point < MaxPoints; point++)
        {
            var devices = point == MaxPoints - 1 ? last : (long)Math.Round(options.MinFailedDevices * Math.Pow(step, point));
            if (Find(devices, failed) is { } needed)
            {
                failed = needed;
                points.Add(new BoundaryPoint(devices, needed));
            }
        }

        return [.. points.Distinct()];

        // The evidence only grows with the failures, and more devices never need fewer of them.
        long? Find(long devices, long atLeast)
        {
            var (low, high) = (Math.Min(atLeast, devices), devices);
            if (!Rejects(devices, high))
            {
                return null;
            }

            while (low < high)
            {
                var middle = low + ((high - low) / 2);
                (low, high) = Rejects(devices, middle) ? (low, middle) : (middle + 1, high);
            }

            return high;
        }

        bool Rejects(long devices, long failures) => Judgement.Of(evidence with { Candidate = new Arm(devices, failures) }, level, options).Rejects;
    }
}

/// <param name="Devices">Exposed to the release.</param>
/// <param name="Failed">The fewest failures among them that decide against it.</param>
internal readonly record struct BoundaryPoint(long Devices, long Failed);
