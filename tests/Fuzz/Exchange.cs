using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Device.Answers;

namespace Serverless.Fuzz;

/// <summary>A request and its answer, without a server around them.</summary>
internal static class Exchange
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddLogging().BuildServiceProvider();

    public static HttpRequest Post(byte[] body) => New(body).Request;

    public static HttpAnswer Answer(IResult result)
    {
        using var body = new MemoryStream();
        var context = New([]);
        context.Response.Body = body;
        result.ExecuteAsync(context).GetAwaiter().GetResult();
        return new HttpAnswer(context.Response.StatusCode, context.Response.ContentType?.Split(';')[0], body.ToArray());
    }

    private static DefaultHttpContext New(byte[] body) => new()
    {
        RequestServices = Services,
        Request = { Method = HttpMethods.Post, Body = new MemoryStream(body), ContentLength = body.Length },
    };
}
