using System.Collections.Immutable;
using Serverless.Channels;
using Serverless.Management;

namespace Serverless.Rollouts;

/// <summary>A channel's ramp as people see and set it.</summary>
/// <param name="Stages">None: a new release is offered to everybody at once.</param>
/// <param name="ControlPercent">Of the fleet, held back on the stable release while a rollout runs; from 0 to 20.</param>
internal sealed record RampSettings(ImmutableArray<RampStage> Stages, int ControlPercent = Ramp.DefaultControlPercent)
{
    public static RampSettings Of(Channel channel) => channel.Ramp is { } ramp ? new(ramp.Stages, ramp.ControlPercent) : new([]);

    /// <returns>What is wrong with them, or null with the ramp, which is null for none.</returns>
    public Problem? Check(out Ramp? ramp)
    {
        ramp = Stages is { IsDefault: false, Length: 0 } ? null : new Ramp(Stages, ControlPercent);
        return ramp is null or { IsSound: true } ? null : Problem.InvalidMember(Ramp.AreSound(Stages) ? "controlPercent" : "stages");
    }
}
