namespace Serverless.SyntheticDevices;

/// <summary>What became of a synthetic device.</summary>
internal enum ProbeOutcome
{
    /// <summary>It has all of the release, verified.</summary>
    Installed,

    /// <summary>It was led to the bundle inside the app, as it should be.</summary>
    Builtin,

    /// <summary>The channel's policy refuses it, or it is too large for what is left of the run.</summary>
    Skipped,

    /// <summary>It was answered wrongly, or could not install what it was offered.</summary>
    Failed,

    /// <summary>Server or storage did not answer, which says nothing about the release.</summary>
    Unanswered,
}

/// <param name="Generation">Its plugin.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Note">One sentence.</param>
/// <param name="IsSlow">It waited too long for a first byte.</param>
internal sealed record ProbeResult(string Generation, ProbeOutcome Outcome, string Note, bool IsSlow = false);
