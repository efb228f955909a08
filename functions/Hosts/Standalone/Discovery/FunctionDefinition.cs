using System.Reflection;
using Serverless.Hosts.Standalone.Blobs;
using Serverless.Hosts.Standalone.Timers;

namespace Serverless.Hosts.Standalone.Discovery;

/// <summary>Runs a function once, on the one instance of its class, with what its trigger delivered.</summary>
internal delegate Task FunctionInvocation<in TInput>(object instance, TInput input, CancellationToken cancellation);

/// <summary>A method marked <c>[Function]</c> whose trigger and parameters the standalone host can serve.</summary>
internal abstract record FunctionDefinition(string Name, MethodInfo Method)
{
    public Type Class => Method.DeclaringType!;
}

/// <param name="Name">See <see cref="FunctionAttribute.Name"/>.</param>
/// <param name="Method">Bound by ASP.NET Core itself.</param>
/// <param name="Route">Relative to the route prefix.</param>
/// <param name="Methods">Empty means every method.</param>
internal sealed record HttpFunction(string Name, MethodInfo Method, string Route, IReadOnlyList<string> Methods)
    : FunctionDefinition(Name, Method);

internal sealed record QueueFunction(string Name, MethodInfo Method, string Queue, FunctionInvocation<string> Invoke)
    : FunctionDefinition(Name, Method);

internal sealed record BlobFunction(string Name, MethodInfo Method, BlobPath Path, FunctionInvocation<BlobInput> Invoke)
    : FunctionDefinition(Name, Method)
{
    /// <summary>The queue by which the scanner tells the listener of blobs.</summary>
    public string NoticeQueue => $"serverless-blobs-{Name.ToLowerInvariant()}";
}

internal sealed record TimerFunction(
    string Name,
    MethodInfo Method,
    TimerSchedule Schedule,
    bool RunOnStartup,
    bool UseMonitor,
    FunctionInvocation<TimerInfo> Invoke)
    : FunctionDefinition(Name, Method);
