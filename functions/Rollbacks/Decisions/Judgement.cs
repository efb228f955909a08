namespace Serverless.Rollbacks.Decisions;

/// <summary>Where the share that a release is measured by comes from.</summary>
internal enum ControlSource
{
    History,
    Live,
    Assumed,
}

/// <summary>The outcome of one test, of the whole fleet or of one cell.</summary>
internal sealed record Judgement
{
    public required Arm Candidate { get; init; }

    public required ControlSource Source { get; init; }

    /// <summary>The devices of the control; of an assumed one the history that was too short.</summary>
    public required Arm Control { get; init; }

    /// <summary>Share of failing devices that a healthy release has at most, the margin included; with a live control its estimate.</summary>
    public required double HealthyRate { get; init; }

    /// <summary>Natural logarithm of the e-value.</summary>
    public required double LogEvidence { get; init; }

    /// <summary>Natural logarithm of what decides.</summary>
    public required double LogNeeded { get; init; }

    /// <summary>Whether enough devices failed for a decision at all.</summary>
    public required bool HasEnoughFailures { get; init; }

    /// <summary>The release fails more often than its control, by more than the margin.</summary>
    public bool Rejects => HasEnoughFailures && LogEvidence >= LogNeeded;

    /// <param name="evidence">Of the whole fleet or of one cell.</param>
    /// <param name="level">Probability of a false rejection, at most.</param>
    /// <param name="options">Margin, floor and minimums.</param>
    public static Judgement Of(ArmEvidence evidence, double level, RollbackOptions options) => evidence.Live is { } live && live.Devices >= options.MinLiveDevices
        ? ByLiveControl(evidence, live, ErrorBudget.Live(level), options)
        : ByHistory(evidence, ErrorBudget.History(level, besideLive: evidence.Live is not null), options);

    private static Judgement ByLiveControl(ArmEvidence evidence, Arm live, double level, RollbackOptions options) => new()
    {
        Candidate = evidence.Candidate,
        Source = ControlSource.Live,
        Control = live,
        HealthyRate = live.Rate + options.Margin,
        LogEvidence = LiveControlEvidence.Log(evidence.Candidate, live, evidence.History, options),
        LogNeeded = -double.Log(level),
        HasEnoughFailures = evidence.Candidate.Failed >= options.MinFailedDevices,
    };

    private static Judgement ByHistory(ArmEvidence evidence, double level, RollbackOptions options)
    {
        var (rate, isAssumed) = HistoryRate.Of(evidence.History, ErrorBudget.Bound(level), options);
        return new Judgement
        {
            Candidate = evidence.Candidate,
            Source = isAssumed ? ControlSource.Assumed : ControlSource.History,
            Control = evidence.History,
            HealthyRate = rate + options.Margin,
            LogEvidence = CandidateEvidence.Log(evidence.Candidate, rate + options.Margin),
            LogNeeded = -double.Log(ErrorBudget.Test(level)),
            HasEnoughFailures = evidence.Candidate.Failed >= options.MinFailedDevices,
        };
    }
}
