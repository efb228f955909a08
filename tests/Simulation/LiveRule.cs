using Serverless.Rollbacks;
using Serverless.Rollbacks.Decisions;

namespace Serverless.Simulation;

/// <summary>Ours, beside devices that are held back.</summary>
internal sealed class LiveRule(RollbackOptions options) : IHaltRule
{
    private readonly double _level = ErrorBudget.Overall(options.Alpha);

    public long? FindHalt(Life life)
    {
        for (var heard = options.MinFailedDevices - 1; heard < life.HeardAt.Length; heard++)
        {
            var from = life.HeardAt[heard];
            var until = heard + 1 < life.HeardAt.Length ? life.HeardAt[heard + 1] - 1 : life.Fleet;
            if (from <= until && FindHalt(life, heard + 1, from, until) is { } halted)
            {
                return halted;
            }
        }

        return null;
    }

    // Between two failures only the devices held back can add evidence: where all of them at once would not be enough, none of the looks between is.
    private long? FindHalt(Life life, int failed, long from, long until)
    {
        if (!MayReject(life, failed, from, life.LiveAt(from)) && !MayReject(life, failed, from, new Arm(life.LiveAt(until).Devices, life.LiveAt(from).Failed)))
        {
            return null;
        }

        for (var exposed = from; exposed <= until; exposed++)
        {
            if (MayReject(life, failed, exposed, life.LiveAt(exposed)) && Rejects(life, failed, exposed))
            {
                return exposed;
            }
        }

        return null;
    }

    // Against one likely share of the control, which is never less than the evidence.
    private bool MayReject(Life life, int failed, long exposed, Arm live) => live.Devices < options.MinLiveDevices
        || LiveControlEvidence.LogAgainst(Math.Max(live.Rate, options.FloorRate), new Arm(exposed, failed), live, life.History, options)
            >= -double.Log(ErrorBudget.Live(_level));

    private bool Rejects(Life life, int failed, long exposed) => Judgement
        .Of(new ArmEvidence { Candidate = new Arm(exposed, failed), History = life.History, Live = life.LiveAt(exposed) }, _level, options)
        .Rejects;
}
