namespace Serverless.Simulation;

/// <summary>Somebody's rule for halting a release.</summary>
internal interface IHaltRule
{
    /// <returns>How many devices were exposed when the release was halted; null when it lived.</returns>
    long? FindHalt(Life life);
}
