namespace Serverless.Fleet;

/// <summary>Shows a story while it is told.</summary>
internal interface IStage
{
    /// <summary>Adds a line to the timeline; may be called from any thread.</summary>
    void Show(Moment moment);

    /// <summary>Keeps the stage lit until the story has ended.</summary>
    Task PlayAsync(DeviceFleet fleet, Task story);
}
