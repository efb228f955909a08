namespace Serverless.Commands;

/// <summary>What a command's exit code means to a script.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>Something is missing, unreachable or misused; nothing was decided.</summary>
    public const int Failed = 1;

    /// <summary>The bundle or the call was refused, a key does not sign as devices need it, or something does not verify; the sentence says why.</summary>
    public const int Rejected = 2;

    /// <summary>The bundle was uploaded, and intake had not decided when the time was over.</summary>
    public const int NoVerdict = 3;

    /// <summary>The bundle was accepted and is not out yet: its channel needs approvals.</summary>
    public const int Waiting = 4;

    /// <summary>What was to be changed is not any more what was shown; nothing was done.</summary>
    public const int Changed = 5;
}
