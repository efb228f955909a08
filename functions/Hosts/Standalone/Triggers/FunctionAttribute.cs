namespace Serverless.Hosts.Standalone.Triggers;

/// <summary>Marks a method as a function. Same shape as the Functions worker's attribute, so that a function class compiles for both hosts.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FunctionAttribute(string name) : Attribute
{
    /// <summary>Unique in the application; names the function's receipts, leases and poison messages.</summary>
    public string Name => name;
}
