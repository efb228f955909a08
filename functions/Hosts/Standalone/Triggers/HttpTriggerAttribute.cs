namespace Serverless.Hosts.Standalone.Triggers;

/// <summary>
/// Who may call an HTTP function: everyone at <see cref="Anonymous"/>, the only level that functions have here. For all others the Azure host
/// would ask for a key.
/// </summary>
internal enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}

/// <summary>Binds an <see cref="Microsoft.AspNetCore.Http.HttpRequest"/> parameter to requests of the given methods on <see cref="Route"/>.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute
{
    public AuthorizationLevel AuthLevel => authLevel;

    public string[] Methods => methods;

    /// <summary>Relative to the route prefix of <c>host.json</c>; the function's name when absent.</summary>
    public string? Route { get; set; }
}
