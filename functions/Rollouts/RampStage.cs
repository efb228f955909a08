namespace Serverless.Rollouts;

/// <summary>A step of a ramp: how many devices, and what must be seen before the next step.</summary>
/// <param name="Percent">Of the fleet, from 1 to 100.</param>
/// <param name="Soak">How long the step lasts at least.</param>
/// <param name="MinGood">How many devices must have reported the candidate as good.</param>
internal sealed record RampStage(int Percent, TimeSpan Soak, long MinGood);
