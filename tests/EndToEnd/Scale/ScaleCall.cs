using System.Text.Json.Nodes;

namespace Serverless.Tests.EndToEnd.Scale;

/// <summary>Something that is asked of the server, and measured.</summary>
/// <param name="Name">As results show it.</param>
/// <param name="Prepare">Makes what is sent; not measured.</param>
/// <param name="Send">What is timed.</param>
/// <param name="MaxOperations">Table operations that it may take on any store; null is as many as on the small one.</param>
internal sealed record ScaleCall(string Name, Func<Task<JsonObject>> Prepare, Func<JsonObject, Task> Send, int? MaxOperations = null)
{
    /// <summary>Takes more on a larger store, as the plan says: measured, and held to nothing.</summary>
    public bool Grows { get; init; }
}
